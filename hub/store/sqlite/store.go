package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"github.com/goat-trace/goat/hub/store/rows"
)

// Open opens or creates the file, and migrates it to this version's schema.
func Open(ctx context.Context, path string) (*rows.Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("making the database's directory: %w", err)
	}
	if err := Migrate(ctx, path); err != nil {
		return nil, err
	}
	writers, err := sql.Open("sqlite", address(path, "immediate"))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	writers.SetMaxOpenConns(1)
	readers, err := sql.Open("sqlite", address(path, "deferred")+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), writers.Close())
	}
	readers.SetMaxOpenConns(maxReaders)
	readers.SetMaxIdleConns(maxReaders)
	s, err := rows.Open(ctx, dialect(), readers, writers)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return s, nil
}

const maxReaders = 8

// dialect says how SQLite differs. Its clock is the machine's, and the lock of a
// transaction is the file's.
func dialect() *rows.Dialect {
	return &rows.Dialect{
		Name: "SQLite", Begin: "BEGIN IMMEDIATE", OneWriter: true, Random: "abs(random() % ?2)",
		Catalog: rows.Catalog{
			Identities: `SELECT m.name, p.name, coalesce(q.seq, 0) FROM sqlite_master m JOIN pragma_table_info(m.name) p ON p.pk = 1
				LEFT JOIN sqlite_sequence q ON q.name = m.name WHERE m.type = 'table' AND m.sql LIKE '%AUTOINCREMENT%'`,
			Restart: func(table, _ string, last int64) []string {
				return []string{
					fmt.Sprintf("DELETE FROM sqlite_sequence WHERE name = '%s'", table),
					fmt.Sprintf("INSERT INTO sqlite_sequence (name, seq) VALUES ('%s', %d)", table, last),
				}
			},
		},
		Rewrite: func(text string) string { return rows.Locks.ReplaceAllString(text, "") },
	}
}

// Store is what Open returns.
type Store = rows.Store
