package postgres

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// again reports whether another transaction was in the way: a deadlock, a
// conflict, or a lock that was not to be had.
func again(err error) bool {
	switch code(err) {
	case "40001", "40P01", "55P03":
		return true
	}
	return false
}

// away reports whether the database's own state is the reason: it stops, starts,
// takes no more connections, or cannot be reached.
func away(err error) bool {
	var connect *pgconn.ConnectError
	c := code(err)
	return errors.As(err, &connect) || strings.HasPrefix(c, "08") || strings.HasPrefix(c, "57P") || strings.HasPrefix(c, "53")
}

func code(err error) string {
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// explain adds what people can do.
func (d *Database) explain(err error) error {
	c, name := d.config, d.config.Database
	next := ""
	switch code(err) {
	case "28P01", "28000":
		next = fmt.Sprintf("give the password of user %s in a file (--db-password-file) or in GOAT_HUB_DB_PASSWORD, or let the user in by pg_hba.conf", c.User)
	case "3D000":
		next = fmt.Sprintf("create it: CREATE DATABASE %s OWNER %s", name, c.User)
	case "42501":
		next = fmt.Sprintf("let \"goat-hub migrate\" run as the owner of the tables, and give user %s its rights: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, and USAGE ON SCHEMA public", c.User)
	case "25006":
		next = "it can only be read: name the primary server in --db, or end its read-only mode"
	case "53300":
		next = fmt.Sprintf("it takes no more connections: raise max_connections, for each hub needs up to %d", maxReaders+1)
	default:
		if connect := (*pgconn.ConnectError)(nil); errors.As(err, &connect) {
			next = fmt.Sprintf("check that it runs, and the address %s:%d in --db", c.Host, c.Port)
		}
	}
	if next == "" || strings.Contains(err.Error(), next) {
		return err
	}
	return fmt.Errorf("%w; %s", err, next)
}
