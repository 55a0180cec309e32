package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace/runs"
)

const segmentColumns = `trace, number, goroutine, first_step, steps, started, length, sum`

// AddSegment implements runs.Store.
func (s *Store) AddSegment(ctx context.Context, run int64, segment *runs.Segment) (added bool, err error) {
	err = s.writer.do(ctx, len(segment.Content), func(tx *sql.Tx) (err error) {
		added, err = s.addSegment(tx, run, segment)
		return err
	})
	return added, err
}

func (s *Store) addSegment(tx *sql.Tx, run int64, segment *runs.Segment) (bool, error) {
	h := &segment.Head
	exists, err := count(tx, s.sql(`SELECT count(*) FROM trace_runs WHERE number = ? AND doomed = 0`), run)
	if err != nil {
		return false, fmt.Errorf("looking for run %d: %w", run, err)
	}
	if exists == 0 {
		return false, fleet.Errorf(fleet.Deleted, "run %d was deleted", run)
	}
	added, err := exec(tx, s.add("trace_segments", "run, "+segmentColumns+", entry", 10),
		run, h.Trace, h.Number, h.Goroutine, h.First, h.Steps, h.Started, h.Length, h.Sum, append([]byte{}, segment.Entry...))
	if err != nil || added == 0 {
		return false, wrap(err, "adding segment %d of trace %d of run %d", h.Number, h.Trace, run)
	}
	for i, part := range parts(segment.Content) {
		if _, err := exec(tx, s.add("trace_parts", "run, trace, number, part, content", 5), run, h.Trace, h.Number, i, part); err != nil {
			return false, fmt.Errorf("adding segment %d of trace %d of run %d: %w", h.Number, h.Trace, run, err)
		}
	}
	_, err = exec(tx, s.sql(`UPDATE trace_runs SET steps = steps + ?, segments = segments + 1, raw = raw + ?, packed = packed + ?, heard = ?, in_rows = 0 WHERE number = ?`),
		h.Steps, h.Length, len(segment.Content), time.Now().UnixMilli(), run)
	return true, wrap(err, "counting segment %d of trace %d of run %d", h.Number, h.Trace, run)
}

// Traces implements runs.Store.
func (s *Store) Traces(ctx context.Context, run int64) (list []runs.Trace, err error) {
	rows, err := s.readers.QueryContext(ctx, s.sql(`SELECT trace, max(goroutine), count(*), sum(steps), sum(length), min(started)
		FROM trace_segments WHERE run = ? GROUP BY trace ORDER BY trace`), run)
	if err != nil {
		return nil, fmt.Errorf("listing the traces of run %d: %w", run, err)
	}
	defer rows.Close()
	for rows.Next() {
		var t runs.Trace
		if err := rows.Scan(&t.Number, &t.Goroutine, &t.Segments, &t.Steps, &t.Bytes, &t.Started); err != nil {
			return nil, fmt.Errorf("listing the traces of run %d: %w", run, err)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// Segments implements runs.Store.
func (s *Store) Segments(ctx context.Context, run int64) ([]runs.Segment, error) {
	return s.segments(ctx, `SELECT `+segmentColumns+` FROM trace_segments WHERE run = ? ORDER BY trace, number`, false, run)
}

// Index implements runs.Store.
func (s *Store) Index(ctx context.Context, run int64, trace, after uint64) ([]runs.Segment, error) {
	return s.segments(ctx, `SELECT `+segmentColumns+`, entry FROM trace_segments WHERE run = ? AND trace = ? AND number > ? ORDER BY number`, true, run, trace, after)
}

func (s *Store) segments(ctx context.Context, query string, entries bool, args ...any) (list []runs.Segment, err error) {
	rows, err := s.readers.QueryContext(ctx, s.sql(query), args...)
	if err != nil {
		return nil, fmt.Errorf("listing segments: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var segment runs.Segment
		h := &segment.Head
		into := []any{&h.Trace, &h.Number, &h.Goroutine, &h.First, &h.Steps, &h.Started, &h.Length, &h.Sum}
		if entries {
			into = append(into, &segment.Entry)
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("listing segments: %w", err)
		}
		list = append(list, segment)
	}
	return list, rows.Err()
}

// Unindexed implements runs.Store.
func (s *Store) Unindexed(ctx context.Context) (list []runs.Run, err error) {
	rows, err := s.readers.QueryContext(ctx, `SELECT `+runColumns+`, description FROM trace_runs WHERE doomed = 0 AND indexed < segments`)
	if err != nil {
		return nil, fmt.Errorf("listing runs that are not indexed: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var description []byte
		r, err := scanRun(rows.Scan, &description)
		if err != nil {
			return nil, fmt.Errorf("listing runs that are not indexed: %w", err)
		}
		r.Description = description
		list = append(list, r)
	}
	return list, rows.Err()
}

// PutEntry implements runs.Store.
func (s *Store) PutEntry(ctx context.Context, run int64, trace, number uint64, entry []byte) error {
	return s.writer.do(ctx, len(entry), func(tx *sql.Tx) error {
		n, err := count(tx, s.sql(`SELECT count(*) FROM trace_segments WHERE run = ? AND trace = ? AND number = ? AND length(entry) = 0`), run, trace, number)
		if err == nil {
			_, err = exec(tx, s.sql(`UPDATE trace_segments SET entry = ? WHERE run = ? AND trace = ? AND number = ?`), entry, run, trace, number)
		}
		if err == nil && n > 0 {
			_, err = exec(tx, s.sql(`UPDATE trace_runs SET indexed = indexed + 1 WHERE number = ?`), run)
		}
		return wrap(err, "indexing segment %d of trace %d of run %d", number, trace, run)
	})
}

// Read implements runs.Store.
func (s *Store) Read(ctx context.Context, run int64, trace uint64, numbers []uint64) (list []runs.Segment, err error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	args := []any{run, trace}
	for _, n := range numbers {
		args = append(args, n)
	}
	rows, err := s.readers.QueryContext(ctx, s.sql(`SELECT s.trace, s.number, s.goroutine, s.first_step, s.steps, s.started, s.length, s.sum, p.part, p.content
		FROM trace_segments s JOIN trace_parts p ON p.run = s.run AND p.trace = s.trace AND p.number = s.number
		WHERE s.run = ? AND s.trace = ? AND s.number IN (?`+strings.Repeat(", ?", len(numbers)-1)+`) ORDER BY s.number, p.part`), args...)
	if err != nil {
		return nil, fmt.Errorf("reading segments of trace %d of run %d: %w", trace, run, err)
	}
	defer rows.Close()
	for rows.Next() {
		var segment runs.Segment
		var part int
		h := &segment.Head
		if err := rows.Scan(&h.Trace, &h.Number, &h.Goroutine, &h.First, &h.Steps, &h.Started, &h.Length, &h.Sum, &part, &segment.Content); err != nil {
			return nil, fmt.Errorf("reading segments of trace %d of run %d: %w", trace, run, err)
		}
		if part > 0 && len(list) > 0 {
			last := &list[len(list)-1]
			last.Content = append(last.Content, segment.Content...)
			continue
		}
		list = append(list, segment)
	}
	return list, rows.Err()
}

// Content implements runs.Store.
func (s *Store) Content(ctx context.Context, run int64, trace, number uint64) ([]byte, error) {
	content, err := s.content(ctx, `SELECT content FROM trace_parts WHERE run = ? AND trace = ? AND number = ? ORDER BY part`, run, trace, number)
	if err != nil {
		return nil, fmt.Errorf("reading segment %d of trace %d of run %d: %w", number, trace, run, err)
	}
	if content == nil {
		return nil, fleet.Errorf(fleet.NotFound, "run %d has no segment %d of trace %d", run, number, trace)
	}
	return content, nil
}
