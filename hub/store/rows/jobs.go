package rows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
)

var _ jobs.Store = (*Store)(nil)

// Schedule implements jobs.Store. The fence starts at the current time, so a
// job that was removed and scheduled again has a higher one than before.
func (s *Store) Schedule(ctx context.Context, kind, key, payload string, after time.Duration) error {
	return s.writer.do(ctx, func(b *batch) error { return b.schedule(kind, key, payload, after) })
}

func (b *batch) schedule(kind, key, payload string, after time.Duration) error {
	_, err := b.exec(`
		INSERT INTO jobs (kind, name, payload, run_at, fence, asked, lease_until, attempt, error)
		VALUES (?, ?, ?, ?, ?, 1, 0, 0, '')
		ON CONFLICT (kind, name) DO UPDATE SET payload = excluded.payload, run_at = CASE WHEN excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END, asked = jobs.asked + 1`,
		kind, key, payload, b.now+after.Milliseconds(), 1000*b.now)
	if err != nil {
		return fmt.Errorf("scheduling %s %s: %w", kind, key, err)
	}
	return nil
}

// Spread implements jobs.Store.
func (s *Store) Spread(ctx context.Context, kind string, late, within time.Duration) error {
	return s.writer.do(ctx, func(b *batch) error {
		_, err := b.exec(`UPDATE jobs SET run_at = ?1 + `+s.dialect.Random+` WHERE kind = ?3 AND run_at < ?4 AND lease_until <= ?1`,
			b.now, max(1, within.Milliseconds()), kind, b.now-late.Milliseconds())
		if err != nil {
			return fmt.Errorf("spreading jobs of kind %s: %w", kind, err)
		}
		return nil
	})
}

// Claim implements jobs.Store. It first checks whether there is a job, so that
// a replica without work does not take the write lock.
func (s *Store) Claim(ctx context.Context, kinds []string, lease time.Duration) (*jobs.Job, error) {
	due := `FROM jobs WHERE kind IN (?` + strings.Repeat(", ?", len(kinds)-1) + `) AND run_at <= ? AND lease_until <= ?`
	args := make([]any, 0, len(kinds)+2)
	for _, kind := range kinds {
		args = append(args, kind)
	}
	now, err := s.clock(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := query(ctx, s, func(r row, n *int) error { return r.Scan(n) }, `SELECT count(*) `+due, append(args, now, now)...)
	if err != nil || waiting[0] == 0 {
		return nil, err
	}
	var job *jobs.Job
	err = s.writer.do(ctx, func(b *batch) error {
		job = nil
		j := &jobs.Job{}
		err := b.row(`SELECT kind, name, payload, fence + 1, asked, attempt + 1 `+due+` ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
			append(args, b.now, b.now)...).Scan(&j.Kind, &j.Key, &j.Payload, &j.Fence, &j.Asked, &j.Attempt)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("looking for a job: %w", err)
		}
		_, err = b.exec(`UPDATE jobs SET fence = ?, attempt = ?, lease_until = ? WHERE kind = ? AND name = ?`,
			j.Fence, j.Attempt, b.now+lease.Milliseconds(), j.Kind, j.Key)
		if err != nil {
			return fmt.Errorf("claiming %s %s: %w", j.Kind, j.Key, err)
		}
		job = j
		return nil
	})
	if err != nil {
		return nil, err
	}
	return job, nil
}

// Extend implements jobs.Store.
func (s *Store) Extend(ctx context.Context, j *jobs.Job, lease time.Duration) error {
	return s.change(ctx, j, func(b *batch) (int64, error) {
		return b.exec(`UPDATE jobs SET lease_until = ? WHERE kind = ? AND name = ? AND fence = ?`,
			b.now+lease.Milliseconds(), j.Kind, j.Key, j.Fence)
	})
}

// Finish implements jobs.Store.
func (s *Store) Finish(ctx context.Context, j *jobs.Job, o jobs.Outcome) error {
	return s.change(ctx, j, func(b *batch) (int64, error) {
		found, err := b.finish(j, o.Again)
		if err != nil || found == 0 || o.Effect == nil {
			return found, err
		}
		if err := o.Effect(tx{b}); err != nil {
			if e := (*fleet.Error)(nil); errors.As(err, &e) {
				return 0, fmt.Errorf("writing the effect: %v", err) //nolint:errorlint // without a kind, because the job's row has changed already
			}
			return 0, fmt.Errorf("writing the effect: %w", err)
		}
		return found, nil
	})
}

// finish removes the job, or schedules it again: after a while, or at once if
// it was scheduled while it ran.
func (b *batch) finish(j *jobs.Job, again time.Duration) (found int64, err error) {
	runAt := b.now + again.Milliseconds()
	if again == 0 {
		found, err = b.exec(`DELETE FROM jobs WHERE kind = ? AND name = ? AND fence = ? AND asked = ?`, j.Kind, j.Key, j.Fence, j.Asked)
		if err != nil || found > 0 {
			return found, err
		}
	}
	return b.exec(`UPDATE jobs SET lease_until = 0, attempt = 0, error = '',
			run_at = CASE WHEN asked = ?1 OR run_at > ?2 THEN ?2 ELSE run_at END
		WHERE kind = ?3 AND name = ?4 AND fence = ?5`, j.Asked, runAt, j.Kind, j.Key, j.Fence)
}

// Fail implements jobs.Store.
func (s *Store) Fail(ctx context.Context, j *jobs.Job, message string, after time.Duration) error {
	return s.change(ctx, j, func(b *batch) (int64, error) {
		return b.exec(`UPDATE jobs SET lease_until = 0, error = ?, run_at = ? WHERE kind = ? AND name = ? AND fence = ?`,
			message, b.now+after.Milliseconds(), j.Kind, j.Key, j.Fence)
	})
}

// change runs a statement that finds the job by its fence.
func (s *Store) change(ctx context.Context, j *jobs.Job, statement func(*batch) (int64, error)) error {
	lost := false
	err := s.writer.do(ctx, func(b *batch) error {
		found, err := statement(b)
		if err != nil {
			return fmt.Errorf("changing job %s %s: %w", j.Kind, j.Key, err)
		}
		lost = found == 0
		return nil
	})
	if err == nil && lost {
		return jobs.ErrLost
	}
	return err
}
