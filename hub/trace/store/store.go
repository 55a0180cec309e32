package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace/runs"
)

// Store is a runs.Store in a database.
type Store struct {
	*dialect
	at      place
	readers *sql.DB
	writers *sql.DB
	writer  *writer
}

var _ runs.Store = (*Store)(nil)

const maxReaders = 8

// Open opens a database by its URL, and migrates it to this version's schema:
// sqlite:PATH, postgres://… or mysql://…. A missing SQLite file is created.
func Open(ctx context.Context, url string) (*Store, error) {
	at, err := parse(url)
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, url, at)
	if err != nil {
		return nil, fmt.Errorf("%w; the trace database must be there, and the hub's user must be able to write it; name it with --trace-db", err)
	}
	return s, nil
}

func open(ctx context.Context, url string, at place) (_ *Store, err error) {
	if at.file != "" {
		if err := os.MkdirAll(filepath.Dir(at.file), 0o750); err != nil {
			return nil, fmt.Errorf("making the database's directory: %w", err)
		}
	}
	reach, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := Migrate(reach, url); err != nil {
		return nil, err
	}
	s := &Store{dialect: at.dialect, at: at}
	if s.writers, err = sql.Open(s.driver, at.write); err != nil {
		return nil, fmt.Errorf("opening the trace database %s: %w", at.name, err)
	}
	s.writers.SetMaxOpenConns(s.dialect.writers)
	s.readers = s.writers
	if at.read != at.write {
		if s.readers, err = sql.Open(s.driver, at.read); err != nil {
			return nil, errors.Join(fmt.Errorf("opening the trace database %s: %w", at.name, err), s.writers.Close())
		}
		s.readers.SetMaxOpenConns(maxReaders)
		s.readers.SetMaxIdleConns(maxReaders)
	} else {
		s.writers.SetMaxOpenConns(maxReaders + s.dialect.writers)
		s.writers.SetMaxIdleConns(maxReaders)
	}
	s.writer = startWriter(s.writers)
	return s, nil
}

// Close finishes writes that have begun and closes the database.
func (s *Store) Close() error {
	s.writer.stop()
	err := s.writers.Close()
	if s.readers != s.writers {
		err = errors.Join(err, s.readers.Close())
	}
	return err
}

// Name is the database's URL without its password.
func (s *Store) Name() string { return s.at.name }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.readers.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM trace_runs LIMIT 1) AS found").Scan(new(int))
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

func unknownRun(ref string) error {
	return fleet.Errorf(fleet.UnknownRun, "no run has the id or number %.80q", ref)
}
