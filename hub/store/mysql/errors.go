package mysql

import (
	"errors"
	"fmt"
	"net"
	"strings"

	driver "github.com/go-sql-driver/mysql"
)

// again reports whether another transaction was in the way: a deadlock, or a lock
// that was not to be had.
func again(err error) bool {
	n := number(err)
	return n == 1213 || n == 1205 || n == 1020 // deadlock, lock wait timeout, record has changed
}

// away reports whether the database's own state is the reason: it stops, takes no
// more connections, or cannot be reached.
func away(err error) bool {
	switch number(err) {
	case 1040, 1053, 1079, 1203, 1927: // too many connections, shutdown, connection was killed
		return true
	}
	return errors.Is(err, driver.ErrInvalidConn)
}

func number(err error) uint16 {
	if e := (*driver.MySQLError)(nil); errors.As(err, &e) {
		return e.Number
	}
	return 0
}

// explain adds what people can do.
func (d *Database) explain(err error) error {
	c := d.config
	next := ""
	switch number(err) {
	case 1045, 1698:
		next = fmt.Sprintf("give the password of user %s in a file (--db-password-file) or in GOAT_HUB_DB_PASSWORD", c.User)
	case 1049:
		next = fmt.Sprintf("create it: CREATE DATABASE %s", c.DBName)
	case 1044, 1142, 1143, 1370, 1227:
		next = fmt.Sprintf("give user %s its rights: GRANT ALL ON %s.*, or SELECT, INSERT, UPDATE, DELETE if another user runs \"goat-hub migrate\"", c.User, c.DBName)
	case 1290, 1792, 1836:
		next = "it can only be read: name the primary server in --db, or end its read-only mode"
	case 1040, 1203:
		next = fmt.Sprintf("it takes no more connections: raise max_connections, for each hub needs up to %d", maxReaders+1)
	case 1050:
		next = "a step of the schema was interrupted: restore a backup, or drop that table if it is empty, and migrate again"
	case 0:
		if unreachable(err) {
			next = fmt.Sprintf("check that it runs, and the address %s in --db", c.Addr)
		}
	}
	if next == "" || strings.Contains(err.Error(), next) {
		return err
	}
	return fmt.Errorf("%w; %s", err, next)
}

func unreachable(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
