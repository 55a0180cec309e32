package sqlite

import (
	"context"
	"fmt"

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
		_, err := b.exec(`INSERT INTO counters (instance_id, covmeta, size, at) VALUES (?, ?, ?, ?)
			ON CONFLICT (instance_id) DO UPDATE SET covmeta = excluded.covmeta, size = excluded.size, at = excluded.at`,
			c.Instance, c.Covmeta, c.Size, b.now)
		if err != nil {
			return fmt.Errorf("noting the counters of instance %s: %w", c.Instance, err)
		}
		return nil
	})
}

// Counters implements fleet.Store.
func (s *Store) Counters(ctx context.Context, instance string) (fleet.Counters, error) {
	list, err := query(ctx, s.readers, scanCounters, `SELECT instance_id, covmeta, size, at FROM counters WHERE instance_id = ?`, instance)
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
	return query(ctx, s.readers, scanCounters, `SELECT instance_id, covmeta, size, at FROM counters
		WHERE instance_id IN (SELECT id FROM instances WHERE release_id = ?) ORDER BY instance_id`, release)
}

func scanCounters(r row, c *fleet.Counters) error {
	var at int64
	err := r.Scan(&c.Instance, &c.Covmeta, &c.Size, &at)
	c.At = fromMillis(at)
	return err
}
