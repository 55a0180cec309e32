package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/goat-trace/goat/hub/store/rows"
)

// Database is a MySQL or MariaDB database.
type Database struct{ config *driver.Config }

const (
	connectLimit = 5 * time.Second
	limit        = 30 * time.Second // of a transaction or a query
	maxReaders   = 16
)

// String returns the database's name for people.
func (d *Database) String() string {
	return fmt.Sprintf("mysql://%s@%s/%s", d.config.User, d.config.Addr, d.config.DBName)
}

// Open migrates the database to this version's schema and opens it.
func (d *Database) Open(ctx context.Context) (*rows.Store, error) {
	if err := d.Schema().Up(ctx); err != nil {
		return nil, err
	}
	readers, err := d.open("binary")
	if err != nil {
		return nil, err
	}
	readers.SetMaxOpenConns(maxReaders)
	readers.SetMaxIdleConns(maxReaders)
	readers.SetConnMaxLifetime(3 * time.Minute) // servers and proxies end idle connections
	writers, err := d.open("binary")
	if err != nil {
		return nil, err
	}
	s, err := rows.Open(ctx, d.dialect(), readers, writers)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", d, err)
	}
	return s, nil
}

// open opens the database with a collation for literals in statements.
func (d *Database) open(collation string) (*sql.DB, error) {
	config := d.config.Clone()
	config.Collation = collation
	connector, err := driver.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", d, err)
	}
	return sql.OpenDB(connector), nil
}

func (d *Database) dialect() *rows.Dialect {
	return &rows.Dialect{
		Name:  "MySQL",
		Begin: "START TRANSACTION",
		Limit: limit,
		Setup: []string{
			"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
			// The first ends the transaction of a hub that hangs. MySQL does not have it.
			"SET SESSION /*M! idle_transaction_timeout = 10, */ innodb_lock_wait_timeout = 10",
		},
		Clock:  "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)",
		Random: "CAST(floor(rand() * ?2) AS SIGNED)",
		Catalog: rows.Catalog{
			Identities: `SELECT c.TABLE_NAME, c.COLUMN_NAME, coalesce(t.AUTO_INCREMENT, 1) - 1 FROM information_schema.COLUMNS c
				JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
				WHERE c.TABLE_SCHEMA = DATABASE() AND c.EXTRA LIKE '%auto_increment%'`,
			Restart: func(table, _ string, last int64) []string {
				return []string{fmt.Sprintf("ALTER TABLE %s AUTO_INCREMENT = %d", table, last+1)}
			},
		},
		Again:   again,
		Away:    away,
		Explain: d.explain,
		Rewrite: rewrite,
	}
}

var (
	nothing  = regexp.MustCompile(`(?s)^(\s*)INSERT INTO(.*)\s+ON CONFLICT \([^)]*\) DO NOTHING`)
	conflict = regexp.MustCompile(`ON CONFLICT \([^)]*\) DO UPDATE SET`)
	excluded = regexp.MustCompile(`\bexcluded\.(\w+)`)
)

// rewrite turns upserts and shared locks into MySQL's.
func rewrite(text string) string {
	text = nothing.ReplaceAllString(text, "${1}INSERT IGNORE INTO$2")
	text = conflict.ReplaceAllString(text, "ON DUPLICATE KEY UPDATE")
	text = excluded.ReplaceAllString(text, "VALUES($1)")
	return strings.ReplaceAll(text, " FOR SHARE", " LOCK IN SHARE MODE")
}
