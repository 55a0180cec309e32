package sqlite

import (
	"context"

	"github.com/goat-trace/goat/hub/fleet"
)

// AddCover implements fleet.Store.
func (s *Store) AddCover(ctx context.Context, c fleet.Cover) error {
	return s.writer.do(ctx, func(b *batch) error { return tx{b}.AddCover(c) })
}

// Covers implements fleet.Store.
func (s *Store) Covers(ctx context.Context, release string, before int64, limit int) ([]fleet.CoverRow, error) {
	return query(ctx, s.readers, scanCover, `SELECT c.id, c.release_id, c.at, c.addresses, c.file, c.total, r.latest_cover = c.id
		FROM covers c JOIN releases r ON r.id = c.release_id
		WHERE c.release_id = ?1 AND (?2 = 0 OR c.id < ?2) ORDER BY c.id DESC LIMIT ?3`, release, before, limit)
}

func scanCover(r row, c *fleet.CoverRow) error {
	var at int64
	err := r.Scan(&c.ID, &c.Release, &at, &c.Addresses, &c.File, &c.Total, &c.Latest)
	c.At = fromMillis(at)
	return err
}
