package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// AddCover implements fleet.Store.
func (s *Store) AddCover(ctx context.Context, c fleet.Cover) error {
	return s.writer.do(ctx, func(b *batch) error { return tx{b}.AddCover(c) })
}

// Record implements fleet.Store.
func (s *Store) Record(ctx context.Context, release string, counted time.Time, c *fleet.Cover) error {
	return s.writer.do(ctx, func(b *batch) error {
		if c != nil {
			if err := (tx{b}).AddCover(*c); err != nil {
				return err
			}
		}
		return tx{b}.Measured(release, counted)
	})
}

const coverColumns = "c.id, c.release_id, c.at, c.addresses, c.file, c.total, c.digest, r.latest_cover = c.id"

// Covers implements fleet.Store.
func (s *Store) Covers(ctx context.Context, release string, before int64, limit int) ([]fleet.CoverRow, error) {
	return query(ctx, s, scanCover, `SELECT `+coverColumns+`
		FROM covers c JOIN releases r ON r.id = c.release_id
		WHERE c.release_id = ?1 AND (c.id < ?2 OR ?2 = 0) ORDER BY c.id DESC LIMIT ?3`, release, before, limit)
}

// Cover implements fleet.Store.
func (s *Store) Cover(ctx context.Context, id int64) (fleet.CoverRow, error) {
	list, err := query(ctx, s, scanCover, `SELECT `+coverColumns+` FROM covers c JOIN releases r ON r.id = c.release_id WHERE c.id = ?`, id)
	if err != nil {
		return fleet.CoverRow{}, err
	}
	return only(list, "row of a history", fmt.Sprint(id))
}

// LatestCovers implements fleet.Store.
func (s *Store) LatestCovers(ctx context.Context, service string) ([]fleet.CoverRow, error) {
	text := `SELECT ` + coverColumns + ` FROM releases r JOIN covers c ON c.id = r.latest_cover`
	if service == "" {
		return query(ctx, s, scanCover, text)
	}
	return query(ctx, s, scanCover, text+` WHERE r.service_id = ?`, service)
}

func scanCover(r row, c *fleet.CoverRow) error {
	var at int64
	err := r.Scan(&c.ID, &c.Release, &at, &c.Addresses, &c.File, &c.Total, &c.Digest, &c.Latest)
	c.At = fromMillis(at)
	return err
}

// SetBaseline implements fleet.Store.
func (s *Store) SetBaseline(ctx context.Context, base fleet.Baseline) error {
	return s.writer.do(ctx, func(b *batch) error {
		added, err := b.exec(`INSERT INTO baselines (release_id, at, by_whom, file) SELECT id, ?, ?, ? FROM releases WHERE id = ?`,
			b.now, base.By, base.File, base.Release)
		if err != nil {
			return fmt.Errorf("setting a baseline of release %s: %w", base.Release, err)
		}
		if added == 0 {
			return fleet.Errorf(fleet.NotFound, "no release has the id %.80q", base.Release)
		}
		return nil
	})
}

// UndoBaseline implements fleet.Store.
func (s *Store) UndoBaseline(ctx context.Context, release string, id int64) error {
	return s.writer.do(ctx, func(b *batch) error {
		undone, err := b.exec(`UPDATE baselines SET undone = ? WHERE id = ? AND release_id = ? AND undone = 0`, b.now, id, release)
		if err != nil {
			return fmt.Errorf("undoing a baseline of release %s: %w", release, err)
		}
		if undone == 0 {
			return fleet.Errorf(fleet.NotFound, "release %.80q has no baseline %d that counts", release, id)
		}
		return nil
	})
}

// Baselines implements fleet.Store.
func (s *Store) Baselines(ctx context.Context, release string) ([]fleet.Baseline, error) {
	return query(ctx, s, func(r row, b *fleet.Baseline) error {
		var at, undone int64
		err := r.Scan(&b.ID, &b.Release, &at, &b.By, &b.File, &undone)
		b.At, b.Undone = fromMillis(at), fromMillis(undone)
		return err
	}, `SELECT id, release_id, at, by_whom, file, undone FROM baselines WHERE release_id = ? ORDER BY id DESC`, release)
}

// Number implements fleet.Store.
func (s *Store) Number(ctx context.Context, name string) (n int64, err error) {
	err = s.writer.do(ctx, func(b *batch) error {
		n = 0
		_, err := b.exec(`INSERT INTO numbers (name, n) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = numbers.n + 1`, name)
		if err == nil {
			err = b.row(`SELECT n FROM numbers WHERE name = ?`, name).Scan(&n)
		}
		if err != nil {
			return fmt.Errorf("numbering %s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
