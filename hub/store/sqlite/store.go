package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/goat-trace/goat/hub/fleet"
)

// Store is a fleet.Store in one file.
type Store struct {
	readers *sql.DB
	writers *sql.DB // a single connection
	writer  *writer
}

var _ fleet.Store = (*Store)(nil)

// Open opens or creates the file, and migrates it to this version's schema.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("making the database's directory: %w", err)
	}
	if err := Migrate(ctx, path); err != nil {
		return nil, err
	}
	return open(ctx, path)
}

func open(ctx context.Context, path string) (*Store, error) {
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
	w, err := startWriter(ctx, writers, (*batch).writeUnions)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), readers.Close(), writers.Close())
	}
	return &Store{readers: readers, writers: writers, writer: w}, nil
}

const maxReaders = 8

// Close waits for writes that have begun and closes the file.
func (s *Store) Close() error {
	s.writer.stop()
	return errors.Join(s.readers.Close(), s.writers.Close())
}

// Now implements fleet.Store. The store's clock is the machine's.
func (s *Store) Now(context.Context) (time.Time, error) { return time.Now(), nil }

// Ping reports whether the file can be read.
func (s *Store) Ping(ctx context.Context) error {
	return s.readers.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM services LIMIT 1) AS some").Scan(new(int))
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
