package rows

import (
	"context"
	"fmt"

	"github.com/goat-trace/goat/hub/fleet"
)

const blocksColumns = "instance_id, release_id, generation, digest, file, size, at"

// SetBlocks implements fleet.Store.
func (s *Store) SetBlocks(ctx context.Context, r fleet.BlocksRow) error {
	return s.writer.do(ctx, func(b *batch) error {
		if _, err := b.instance(r.Instance); err != nil {
			return err
		}
		var written int64
		var err error
		if r.Generation == 1 {
			written, err = b.exec(`INSERT INTO blocks (instance_id, release_id, generation, digest, file, size, at)
				SELECT id, release_id, 1, ?, ?, ?, ? FROM instances WHERE id = ? ON CONFLICT (instance_id) DO NOTHING`, r.Digest, r.File, r.Size, b.now, r.Instance)
		} else {
			written, err = b.exec(`UPDATE blocks SET generation = generation + 1, digest = ?, file = ?, size = ?, at = ? WHERE instance_id = ? AND generation = ?`,
				r.Digest, r.File, r.Size, b.now, r.Instance, r.Generation-1)
		}
		if err != nil {
			return fmt.Errorf("noting the blocks of instance %s: %w", r.Instance, err)
		}
		if written == 0 {
			return fleet.Errorf(fleet.Conflict, "the blocks of instance %s were written meanwhile; read them again", r.Instance)
		}
		return nil
	})
}

// BlocksOf implements fleet.Store.
func (s *Store) BlocksOf(ctx context.Context, instance string) (fleet.BlocksRow, error) {
	list, err := query(ctx, s, scanBlocks, `SELECT `+blocksColumns+` FROM blocks WHERE instance_id = ?`, instance)
	if err != nil {
		return fleet.BlocksRow{}, err
	}
	if len(list) == 0 {
		return fleet.BlocksRow{}, fleet.Errorf(fleet.NotFound, "the instance %.80q has not said which blocks ran", instance)
	}
	return list[0], nil
}

// Blocks implements fleet.Store.
func (s *Store) Blocks(ctx context.Context, release string) ([]fleet.BlocksRow, error) {
	return query(ctx, s, scanBlocks, `SELECT `+blocksColumns+` FROM blocks WHERE release_id = ? ORDER BY instance_id`, release)
}

func scanBlocks(r row, b *fleet.BlocksRow) error {
	var at int64
	err := r.Scan(&b.Instance, &b.Release, &b.Generation, &b.Digest, &b.File, &b.Size, &at)
	b.At = fromMillis(at)
	return err
}
