package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// AddCovmeta implements fleet.Store.
func (s *Store) AddCovmeta(ctx context.Context, digest string, size int64) error {
	return s.writer.do(ctx, func(b *batch) error {
		if _, err := b.exec(`INSERT INTO covmetas (digest, size, first_seen) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING`, digest, size, b.now); err != nil {
			return fmt.Errorf("noting coverage meta-data %s: %w", digest, err)
		}
		return nil
	})
}

// AddCounters implements fleet.Store.
func (s *Store) AddCounters(ctx context.Context, c fleet.Counters) error {
	return s.writer.do(ctx, func(b *batch) error {
		added, err := b.exec(`INSERT INTO counters (instance_id, release_id, covmeta, size, at) SELECT id, release_id, ?, ?, ? FROM instances WHERE id = ?
			ON CONFLICT (instance_id) DO UPDATE SET covmeta = excluded.covmeta, size = excluded.size, at = CASE WHEN excluded.at > counters.at THEN excluded.at ELSE counters.at + 1 END`,
			c.Covmeta, c.Size, b.now, c.Instance)
		if err != nil {
			return fmt.Errorf("noting the counters of instance %s: %w", c.Instance, err)
		}
		if added == 0 {
			return fleet.Errorf(fleet.UnknownInstance, "no instance has the id %.80q; register it", c.Instance)
		}
		return nil
	})
}

const counterColumns = "instance_id, release_id, covmeta, size, at"

// Counters implements fleet.Store.
func (s *Store) Counters(ctx context.Context, instance string) (fleet.Counters, error) {
	list, err := query(ctx, s, scanCounters, "SELECT "+counterColumns+" FROM counters WHERE instance_id = ?", instance)
	if err != nil {
		return fleet.Counters{}, err
	}
	if len(list) == 0 {
		return fleet.Counters{}, fleet.Errorf(fleet.NotFound, "no counters have come from the instance %.80q", instance)
	}
	return list[0], nil
}

// CountersOf implements fleet.Store.
func (s *Store) CountersOf(ctx context.Context, release string) ([]fleet.Counters, error) {
	return query(ctx, s, scanCounters, "SELECT "+counterColumns+" FROM counters WHERE release_id = ? ORDER BY instance_id", release)
}

// Unmeasured implements fleet.Store.
func (s *Store) Unmeasured(ctx context.Context, every time.Duration, most int) ([]string, error) {
	now, err := s.clock(ctx)
	if err != nil {
		return nil, err
	}
	return query(ctx, s, func(r row, id *string) error { return r.Scan(id) }, `SELECT id FROM releases
		WHERE measured_at < ?1 AND (EXISTS (SELECT 1 FROM counters WHERE release_id = releases.id AND at > counted)
			OR EXISTS (SELECT 1 FROM blocks WHERE release_id = releases.id AND at > counted))
		ORDER BY measured_at, id LIMIT ?2`, now-every.Milliseconds(), most)
}

// Measured implements fleet.Tx.
func (t tx) Measured(release string, counted time.Time) error {
	if _, err := t.exec(`UPDATE releases SET measured_at = ?1, counted = CASE WHEN counted < ?2 THEN ?2 ELSE counted END WHERE id = ?3`, t.now, millis(counted), release); err != nil {
		return fmt.Errorf("noting that release %s is measured: %w", release, err)
	}
	return nil
}

func scanCounters(r row, c *fleet.Counters) error {
	var at int64
	err := r.Scan(&c.Instance, &c.Release, &c.Covmeta, &c.Size, &at)
	c.At = fromMillis(at)
	return err
}
