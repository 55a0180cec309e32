package rows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Store is a fleet.Store in a database.
type Store struct {
	dialect *Dialect
	readers *sql.DB
	writers *sql.DB
	writer  *writer
}

var _ fleet.Store = (*Store)(nil)

// Open returns the store in a database that has this version's schema. It closes
// the pools, also when it fails. Writes take one connection of writers.
func Open(ctx context.Context, d *Dialect, readers, writers *sql.DB) (*Store, error) {
	w, err := startWriter(ctx, d, writers, (*batch).writeUnions)
	if err == nil {
		// Whoever must not write is told at the start.
		err = w.do(ctx, func(b *batch) error {
			_, err := b.exec("UPDATE removals SET n = n WHERE n < 0")
			return err
		})
	}
	if err != nil {
		if w != nil {
			w.stop()
		}
		return nil, errors.Join(d.explain(err), readers.Close(), writers.Close())
	}
	return &Store{dialect: d, readers: readers, writers: writers, writer: w}, nil
}

// Close waits for writes that have begun and closes the database.
func (s *Store) Close() error {
	s.writer.stop()
	return errors.Join(s.readers.Close(), s.writers.Close())
}

// Now implements fleet.Store.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	now, err := s.clock(ctx)
	return fromMillis(now), err
}

// clock returns the database's time.
func (s *Store) clock(ctx context.Context) (now int64, err error) {
	if s.dialect.Clock == "" {
		return time.Now().UnixMilli(), nil
	}
	if err := s.readers.QueryRowContext(ctx, "SELECT "+s.dialect.Clock).Scan(&now); err != nil {
		return 0, fmt.Errorf("reading the database's clock: %w", s.dialect.explain(err))
	}
	return now, nil
}

// Ping reports whether the database can be read.
func (s *Store) Ping(ctx context.Context) error {
	return s.readers.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM services LIMIT 1) AS some_service").Scan(new(int))
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
