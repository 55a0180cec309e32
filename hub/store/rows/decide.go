package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// AddExcuse implements fleet.Store.
func (s *Store) AddExcuse(ctx context.Context, e fleet.Excuse) (fleet.Excuse, error) {
	var added fleet.Excuse
	err := s.writer.do(ctx, func(b *batch) error {
		added = e
		added.At = fromMillis(b.now)
		var err error
		added.ID, err = b.insert(`INSERT INTO excuses (service_id, stable_id, place, reason, person, until, at, by_whom) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			e.Service, e.StableID, e.Place, e.Reason, e.Person, millis(e.Until), b.now, e.By)
		if err != nil {
			return fmt.Errorf("excusing point %s: %w", e.StableID, err)
		}
		return nil
	})
	if err != nil {
		return fleet.Excuse{}, err
	}
	return added, nil
}

// Excuses implements fleet.Store.
func (s *Store) Excuses(ctx context.Context, service string) ([]fleet.Excuse, error) {
	return query(ctx, s, func(r row, e *fleet.Excuse) error {
		var until, at int64
		err := r.Scan(&e.ID, &e.Service, &e.StableID, &e.Place, &e.Reason, &e.Person, &until, &at, &e.By)
		e.Until, e.At = fromMillis(until), fromMillis(at)
		return err
	}, `SELECT id, service_id, stable_id, place, reason, person, until, at, by_whom FROM excuses WHERE service_id = ? ORDER BY id DESC`, service)
}

// AddTests implements fleet.Store.
func (s *Store) AddTests(ctx context.Context, r fleet.TestRun, ran []byte) error {
	return s.writer.do(ctx, func(b *batch) error {
		_, err := b.exec(`INSERT INTO tests (id, module, name, url, git_commit, branch, points, covered, scope, by_whom, at, ran)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			r.ID, r.Module, r.Name, r.URL, r.Commit, r.Branch, r.Points, r.Ran, r.Scope, r.By, b.now, ran)
		if err != nil {
			return fmt.Errorf("adding test run %s: %w", r.ID, err)
		}
		return nil
	})
}

// Tests implements fleet.Store.
func (s *Store) Tests(ctx context.Context, module, commit string, most int) ([]fleet.TestRun, error) {
	return query(ctx, s, func(r row, t *fleet.TestRun) error {
		var at int64
		err := r.Scan(&t.ID, &t.Module, &t.Name, &t.URL, &t.Commit, &t.Branch, &t.Points, &t.Ran, &t.Scope, &t.By, &at)
		t.At = fromMillis(at)
		return err
	}, `SELECT id, module, name, url, git_commit, branch, points, covered, scope, by_whom, at FROM tests WHERE module = ?
		ORDER BY CASE WHEN git_commit = ? THEN 0 ELSE 1 END, at DESC, id LIMIT ?`, module, commit, most)
}

// TestHits implements fleet.Store.
func (s *Store) TestHits(ctx context.Context, id string) ([]byte, error) {
	list, err := query(ctx, s, func(r row, ran *[]byte) error { return r.Scan(ran) }, `SELECT ran FROM tests WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	return only(list, "test run", id)
}

// Gates implements fleet.Store.
func (s *Store) Gates(ctx context.Context) ([]fleet.GateRow, error) {
	return query(ctx, s, func(r row, g *fleet.GateRow) error {
		var since, at int64
		err := r.Scan(&g.Release, &g.Verdict, &g.Why, &g.Covered, &g.Missing, &g.Excused, &since, &at)
		g.Since, g.At = fromMillis(since), fromMillis(at)
		return err
	}, `SELECT release_id, verdict, why, covered, missing, excused, since, at FROM gates ORDER BY release_id`)
}

// SetGate implements fleet.Tx.
func (t tx) SetGate(g fleet.GateRow) error {
	_, err := t.exec(`INSERT INTO gates (release_id, verdict, why, covered, missing, excused, since, at)
		SELECT id, ?, ?, ?, ?, ?, ?, ? FROM releases WHERE id = ?
		ON CONFLICT (release_id) DO UPDATE SET since = CASE WHEN gates.verdict = excluded.verdict THEN gates.since ELSE excluded.since END,
			verdict = excluded.verdict, why = excluded.why, covered = excluded.covered, missing = excluded.missing, excused = excluded.excused, at = excluded.at`,
		g.Verdict, g.Why, g.Covered, g.Missing, g.Excused, t.now, t.now, g.Release)
	if err != nil {
		return fmt.Errorf("writing the verdict on release %s: %w", g.Release, err)
	}
	return nil
}

// Once implements fleet.Tx.
func (t tx) Once(key string) (bool, error) {
	added, err := t.exec(`INSERT INTO notices (name, at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`, key, t.now)
	if err != nil {
		return false, fmt.Errorf("noting %s: %w", key, err)
	}
	return added > 0, nil
}

// Schedule implements fleet.Tx.
func (t tx) Schedule(kind, key, payload string, after time.Duration) error {
	return t.schedule(kind, key, payload, after)
}

// mostTestRuns is how many test runs of a module are kept.
const mostTestRuns = 500

// sweepDecisions removes what has outlived its service or release.
func (t tx) sweepDecisions(r fleet.Retention) error {
	for _, statement := range []struct {
		text string
		args []any
	}{
		{`DELETE FROM excuses WHERE NOT EXISTS (SELECT 1 FROM services WHERE services.id = excuses.service_id)`, nil},
		{`DELETE FROM gates WHERE NOT EXISTS (SELECT 1 FROM releases WHERE releases.id = gates.release_id)`, nil},
		{`DELETE FROM notices WHERE at < ?`, []any{t.ago(r.Release)}},
		{`DELETE FROM tests WHERE at < ?`, []any{t.ago(r.Release)}},
	} {
		if _, err := t.exec(statement.text, statement.args...); err != nil {
			return fmt.Errorf("removing old excuses, verdicts and test runs: %w", err)
		}
	}
	return t.shortenTests()
}

// shortenTests removes all but the newest test runs of each module.
func (t tx) shortenTests() error {
	modules, err := t.texts(`SELECT module FROM tests GROUP BY module HAVING count(*) > ?`, mostTestRuns)
	if err != nil {
		return fmt.Errorf("looking for modules with many test runs: %w", err)
	}
	for _, module := range modules {
		var newest int64
		err := t.row(`SELECT at FROM tests WHERE module = ? ORDER BY at DESC LIMIT 1 OFFSET ?`, module, mostTestRuns).Scan(&newest)
		if err == nil {
			_, err = t.exec(`DELETE FROM tests WHERE module = ? AND at <= ?`, module, newest)
		}
		if err != nil {
			return fmt.Errorf("removing old test runs of %s: %w", module, err)
		}
	}
	return nil
}
