package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"
)

const (
	removedAtOnce = 20_000 // rows of a transaction, so that others can write meanwhile
	tableKept     = 24 * time.Hour
	goneKept      = 30 * 24 * time.Hour
)

// Doom implements runs.Store.
func (s *Store) Doom(ctx context.Context, run int64) error {
	return s.writer.do(ctx, 0, func(tx *sql.Tx) error {
		var id string
		err := tx.QueryRow(s.sql(`SELECT id FROM trace_runs WHERE number = ? AND doomed = 0`), run).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return unknownRun(strconv.FormatInt(run, 10))
		}
		if err == nil {
			_, err = exec(tx, s.sql(`UPDATE trace_runs SET doomed = 1 WHERE number = ?`), run)
		}
		if err == nil {
			_, err = exec(tx, s.add("trace_gone", "id, at", 2), id, time.Now().UnixMilli())
		}
		return wrap(err, "deleting run %d", run)
	})
}

// Doomed implements runs.Store.
func (s *Store) Doomed(ctx context.Context) (list []int64, err error) {
	rows, err := s.readers.QueryContext(ctx, `SELECT number FROM trace_runs WHERE doomed = 1 ORDER BY number`)
	if err != nil {
		return nil, fmt.Errorf("listing runs that are being removed: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

// Remove implements runs.Store. The run goes last, so that an interrupted removal
// is found again.
func (s *Store) Remove(ctx context.Context, run int64) error {
	if err := s.removeRows(ctx, run); err != nil {
		return err
	}
	rows, err := s.Segments(ctx, run)
	if err != nil {
		return err
	}
	const segmentsAtOnce = 100
	for len(rows) > 0 {
		some := rows[:min(len(rows), segmentsAtOnce)]
		rows = rows[len(some):]
		if err := s.writer.do(ctx, maxBytes, func(tx *sql.Tx) error {
			for i := range some {
				for _, table := range []string{"trace_parts", "trace_segments"} {
					if _, err := exec(tx, s.sql(`DELETE FROM `+table+` WHERE run = ? AND trace = ? AND number = ?`), run, some[i].Head.Trace, some[i].Head.Number); err != nil {
						return fmt.Errorf("removing segments of run %d: %w", run, err)
					}
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return s.writer.do(ctx, 0, func(tx *sql.Tx) error {
		for _, statement := range []string{`DELETE FROM trace_uses WHERE run = ?`, `DELETE FROM trace_runs WHERE number = ? AND doomed = 1`} {
			if _, err := exec(tx, s.sql(statement), run); err != nil {
				return fmt.Errorf("removing run %d: %w", run, err)
			}
		}
		return nil
	})
}

// removeRows removes a run's rows, some in each transaction.
func (s *Store) removeRows(ctx context.Context, run int64) error {
	var steps, vars int64
	for _, last := range []struct {
		into  *int64
		query string
	}{
		{&steps, `SELECT coalesce(max(step), 0) FROM TraceNode WHERE run = ?`},
		{&vars, `SELECT coalesce(max(id), 0) FROM Var WHERE run = ?`},
	} {
		if err := s.readers.QueryRowContext(ctx, s.sql(last.query), run).Scan(last.into); err != nil {
			return fmt.Errorf("counting the rows of run %d: %w", run, err)
		}
	}
	for _, some := range []struct {
		statement string
		last      int64
	}{
		{`DELETE FROM TraceNode WHERE run = ? AND step > ? AND step <= ?`, steps},
		{`DELETE FROM Var WHERE run = ? AND id > ? AND id <= ?`, vars},
		{`DELETE FROM Location WHERE run = ? AND id > ? AND id <= ?`, 1 << 62},
	} {
		for from := int64(0); from < some.last; {
			to := some.last
			if some.last < 1<<62 {
				to = min(from+removedAtOnce, some.last)
			}
			if err := s.writer.do(ctx, 0, func(tx *sql.Tx) error {
				_, err := exec(tx, s.sql(some.statement), run, from, to)
				return wrap(err, "removing the rows of run %d", run)
			}); err != nil {
				return err
			}
			from = to
		}
	}
	return nil
}

// Sweep implements runs.Store.
func (s *Store) Sweep(ctx context.Context) error {
	now := time.Now()
	if err := s.writer.do(ctx, 0, func(tx *sql.Tx) error {
		if _, err := exec(tx, s.sql(`DELETE FROM trace_tables WHERE at < ? AND digest NOT IN (SELECT digest FROM trace_uses)`), now.Add(-tableKept).UnixMilli()); err != nil {
			return fmt.Errorf("removing tables: %w", err)
		}
		_, err := exec(tx, s.sql(`DELETE FROM trace_gone WHERE at < ?`), now.Add(-goneKept).UnixMilli())
		return wrap(err, "forgetting deleted runs")
	}); err != nil {
		return err
	}
	return s.scrub(ctx)
}

// scrub empties SQLite's journal, where removed bytes still are. While others read
// or write that cannot be done; it is tried again for a while, and at the next
// sweep.
func (s *Store) scrub(ctx context.Context) error {
	if s.at.file == "" {
		return nil
	}
	for range 50 {
		var busy, log, moved int
		if err := s.writers.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &moved); err != nil && !again(err) {
			return fmt.Errorf("emptying the journal: %w", err)
		} else if err == nil && busy == 0 {
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
