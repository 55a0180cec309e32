package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/goat-trace/goat/hub/store/rows"
)

// Database is a PostgreSQL database.
type Database struct{ config *pgx.ConnConfig }

// Parse returns the database with a URL, postgres://USER@HOST:PORT/NAME. The
// password, if there is one, stands beside it. PGPASSWORD and ~/.pgpass count if
// neither has one.
func Parse(url, password string) (*Database, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("reading the database's URL: %w", withoutURL(err))
	}
	if password != "" {
		config.Password = password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectLimit
	}
	// The types of arguments are those of Go, so that a statement means the same on all engines.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	return &Database{config}, nil
}

const (
	connectLimit = 5 * time.Second
	maxReaders   = 16
)

// withoutURL returns what is wrong with a URL, without the URL: it may have a
// password.
func withoutURL(err error) error {
	var parse *pgconn.ParseConfigError
	if !errors.As(err, &parse) {
		return err
	}
	if cause := errors.Unwrap(parse); cause != nil && !strings.Contains(cause.Error(), "://") {
		return cause
	}
	return errors.New("it is not like postgres://USER@HOST:PORT/NAME")
}

// String returns the database's name for people.
func (d *Database) String() string {
	return fmt.Sprintf("postgres://%s@%s:%d/%s", d.config.User, d.config.Host, d.config.Port, d.config.Database)
}

// Open migrates the database to this version's schema and opens it.
func (d *Database) Open(ctx context.Context) (*rows.Store, error) {
	if err := d.Schema().Up(ctx); err != nil {
		return nil, err
	}
	readers := stdlib.OpenDB(*d.config)
	readers.SetMaxOpenConns(maxReaders)
	readers.SetMaxIdleConns(maxReaders)
	readers.SetConnMaxLifetime(time.Hour)
	s, err := rows.Open(ctx, d.dialect(), readers, stdlib.OpenDB(*d.config))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", d, err)
	}
	return s, nil
}

func (d *Database) open() (*sql.DB, error) { return stdlib.OpenDB(*d.config), nil }

func (d *Database) dialect() *rows.Dialect {
	return &rows.Dialect{
		Name:  "PostgreSQL",
		Begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
		Limit: 30 * time.Second,
		Setup: []string{
			"SET lock_timeout = '10s'",
			"SET statement_timeout = '25s'",
			"SET idle_in_transaction_session_timeout = '10s'", // of a hub that hangs
		},
		Clock:     "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
		Random:    "CAST(floor(random() * ?2) AS BIGINT)",
		Numbered:  true,
		Returning: true,
		Catalog: rows.Catalog{
			Identities: `SELECT c.table_name, c.column_name, coalesce(q.last_value, 0) FROM information_schema.columns c
				JOIN pg_sequences q ON q.schemaname = c.table_schema AND q.sequencename = c.table_name || '_' || c.column_name || '_seq'
				WHERE c.table_schema = current_schema() AND c.is_identity = 'YES'`,
			Restart: func(table, column string, last int64) []string {
				if last == 0 {
					return nil
				}
				return []string{fmt.Sprintf("SELECT setval('%s_%s_seq', %d)", table, column, last)}
			},
		},
		Again:   again,
		Away:    away,
		Explain: d.explain,
		Word:    word,
	}
}

// word returns a text that PostgreSQL can store: it must be UTF-8, and must not
// have a zero.
func word(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
