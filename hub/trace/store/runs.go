package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace/runs"
)

// runColumns are those of scanRun.
const runColumns = `number, id, project, version, git_commit, launch_method, launch_class, created, ended, heard,
	(SELECT count(DISTINCT trace) FROM trace_segments WHERE run = trace_runs.number), steps, segments, raw, packed, pinned, in_rows`

func scanRun(scan func(...any) error, more ...any) (r runs.Run, err error) {
	var created, ended, heard int64
	var pinned int
	err = scan(append([]any{&r.Number, &r.ID, &r.Project, &r.Version, &r.Commit, &r.Method, &r.Class, &created, &ended, &heard,
		&r.Traces, &r.Steps, &r.Segments, &r.Raw, &r.Packed, &pinned, &r.Rows}, more...)...)
	r.Created, r.Ended, r.Heard, r.Pinned = fromMillis(created), fromMillis(ended), fromMillis(heard), pinned != 0
	return r, err
}

// Announce implements runs.Store.
func (s *Store) Announce(ctx context.Context, a *runs.Announcement) (run runs.Run, missing []string, err error) {
	err = s.writer.do(ctx, len(a.Run.Description), func(tx *sql.Tx) error { return s.announce(tx, a) })
	if err != nil {
		return runs.Run{}, nil, err
	}
	if run, err = s.Find(ctx, a.Run.ID); err != nil {
		return runs.Run{}, nil, err
	}
	for _, digest := range a.Tables {
		there, err := s.HasTable(ctx, digest)
		if err != nil {
			return runs.Run{}, nil, err
		}
		if !there {
			missing = append(missing, digest)
		}
	}
	return run, missing, nil
}

func (s *Store) announce(tx *sql.Tx, a *runs.Announcement) error {
	r, now := &a.Run, time.Now().UnixMilli()
	gone, err := count(tx, s.sql(`SELECT count(*) FROM trace_gone WHERE id = ?`), r.ID)
	if err != nil {
		return fmt.Errorf("looking for run %s among those that were deleted: %w", r.ID, err)
	}
	if gone > 0 {
		return fleet.Errorf(fleet.Deleted, "run %s was deleted", r.ID)
	}
	known, err := count(tx, s.sql(`SELECT count(*) FROM trace_runs WHERE id = ?`), r.ID)
	if err != nil {
		return fmt.Errorf("looking for run %s: %w", r.ID, err)
	}
	var added int64
	if known == 0 { // an insert that changes nothing takes a number all the same
		added, err = exec(tx, s.add("trace_runs", "id, description, project, version, git_commit, launch_method, launch_class, created, ended, heard", 10),
			r.ID, r.Description, r.Project, r.Version, r.Commit, r.Method, r.Class, millis(r.Created), millis(r.Ended), now)
		if err != nil {
			return fmt.Errorf("adding run %s: %w", r.ID, err)
		}
	}
	var number int64
	var old []byte
	if err := tx.QueryRow(s.sql(`SELECT number, description FROM trace_runs WHERE id = ?`), r.ID).Scan(&number, &old); err != nil {
		return fmt.Errorf("reading run %s: %w", r.ID, err)
	}
	if added == 0 {
		replace, err := a.Accept(old)
		if err != nil || !replace {
			return err
		}
		// The version and such are the build's and cannot change; whether it has rows has
		// to be looked at again.
		if _, err := exec(tx, s.sql(`UPDATE trace_runs SET description = ?, ended = ?, heard = ?, in_rows = 0 WHERE number = ?`),
			r.Description, millis(r.Ended), now, number); err != nil {
			return fmt.Errorf("describing run %s anew: %w", r.ID, err)
		}
	}
	for _, digest := range a.Tables {
		if _, err := exec(tx, s.add("trace_uses", "run, digest", 2), number, digest); err != nil {
			return fmt.Errorf("adding the tables of run %s: %w", r.ID, err)
		}
	}
	return nil
}

// Find implements runs.Store.
func (s *Store) Find(ctx context.Context, ref string) (runs.Run, error) {
	where, arg := "id = ?", any(strings.ToLower(ref))
	if n, err := strconv.ParseInt(ref, 10, 64); err == nil && len(ref) < 19 {
		where, arg = "number = ?", n
	}
	var description []byte
	r, err := scanRun(s.readers.QueryRowContext(ctx, s.sql(`SELECT `+runColumns+`, description FROM trace_runs WHERE doomed = 0 AND `+where), arg).Scan, &description)
	if err == nil {
		r.Description = description
		return r, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("looking for run %.80q: %w", ref, err)
	}
	if r, err := s.byPrefix(ctx, ref); err != nil || r.Number > 0 {
		return r, err
	}
	gone := 0
	if err := s.readers.QueryRowContext(ctx, s.sql(`SELECT count(*) FROM trace_gone WHERE id = ?`), strings.ToLower(ref)).Scan(&gone); err != nil {
		return r, fmt.Errorf("looking for run %.80q among those that were deleted: %w", ref, err)
	}
	if gone > 0 {
		return r, fleet.Errorf(fleet.Deleted, "run %s was deleted", ref)
	}
	return r, unknownRun(ref)
}

// byPrefix finds the one run whose id begins with ref; its number is 0 if there is
// none.
func (s *Store) byPrefix(ctx context.Context, ref string) (r runs.Run, err error) {
	low := strings.ToLower(ref)
	if len(low) >= 32 || strings.Trim(low, "0123456789abcdef") != "" {
		return r, nil
	}
	rows, err := s.readers.QueryContext(ctx, s.sql(`SELECT id FROM trace_runs WHERE doomed = 0 AND id >= ? AND id < ? ORDER BY id LIMIT 2`), low, low+"g")
	if err != nil {
		return r, fmt.Errorf("looking for run %.80q: %w", ref, err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return r, err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return r, err
	}
	if len(ids) > 1 {
		return r, fleet.Errorf(fleet.UnknownRun, "several runs have an id that begins with %s; give more of it", low)
	}
	rows.Close()
	return s.Find(ctx, ids[0])
}

// List implements runs.Store.
func (s *Store) List(ctx context.Context, f runs.Filter) (list []runs.Run, err error) {
	query, args := `SELECT `+runColumns+` FROM trace_runs WHERE doomed = 0`, []any{}
	if f.Project != "" {
		query, args = query+` AND (project = ? OR launch_class = ?)`, append(args, f.Project, f.Project)
	}
	if f.Pending {
		query += ` AND in_rows = 0`
	}
	if f.Before > 0 {
		query, args = query+` AND number < ?`, append(args, f.Before)
	}
	query += ` ORDER BY number DESC`
	if f.Limit > 0 {
		query, args = query+` LIMIT ?`, append(args, f.Limit)
	}
	rows, err := s.readers.QueryContext(ctx, s.sql(query), args...)
	if err != nil {
		return nil, fmt.Errorf("listing runs: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRun(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("listing runs: %w", err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// Pin implements runs.Store.
func (s *Store) Pin(ctx context.Context, run int64, pinned bool) error {
	return s.writer.do(ctx, 0, func(tx *sql.Tx) error {
		n := 0
		if pinned {
			n = 1
		}
		changed, err := exec(tx, s.sql(`UPDATE trace_runs SET pinned = ? WHERE number = ? AND doomed = 0`), n, run)
		if err != nil {
			return fmt.Errorf("pinning run %d: %w", run, err)
		}
		if changed == 0 {
			return unknownRun(strconv.FormatInt(run, 10))
		}
		return nil
	})
}
