package rows

import (
	"fmt"
	"maps"
	"slices"

	"github.com/goat-trace/goat/hub/fleet"
)

// build returns the build with an id, from memory if possible.
func (b *batch) build(id string) (*build, error) {
	if bd := b.known.builds[id]; bd != nil {
		return bd, b.lookForManifest(bd)
	}
	bd := &build{}
	if err := b.stmts.findBuild.row(id).Scan(&bd.points, &bd.manifest); err != nil {
		return nil, fmt.Errorf("reading build %s: %w", id, err)
	}
	bd.first = make([]int64, bd.points)
	bd.lastDay = make([]int32, bd.points)
	rows, err := b.stmts.hits.rows(id)
	if err != nil {
		return nil, fmt.Errorf("reading the hits of build %s: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		var point int
		var first int64
		var day int32
		if err := rows.Scan(&point, &first, &day); err != nil {
			return nil, fmt.Errorf("reading the hits of build %s: %w", id, err)
		}
		if point >= 1 && point <= bd.points {
			bd.first[point-1], bd.lastDay[point-1] = first, day
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the hits of build %s: %w", id, err)
	}
	b.known.builds[id] = bd
	return bd, b.lookForManifest(bd)
}

// lookForManifest checks whether the manifest has arrived, until it has.
func (b *batch) lookForManifest(bd *build) error {
	if bd.manifest == "" || bd.manifestHere {
		return nil
	}
	if b.known.rows[bd.manifest] {
		bd.manifestHere = true
		return nil
	}
	var n int
	if err := b.stmts.findManifest.row(bd.manifest).Scan(&n); err != nil {
		return fmt.Errorf("looking for manifest %s: %w", bd.manifest, err)
	}
	bd.manifestHere = n > 0
	if bd.manifestHere {
		b.known.rows[bd.manifest] = true
	}
	return nil
}

// wantsCovmeta reports whether the coverage meta-data with a digest is still
// missing.
func (b *batch) wantsCovmeta(digest string) (bool, error) {
	if digest == "" || b.known.rows["covmeta "+digest] {
		return false, nil
	}
	var n int
	if err := b.stmts.findCovmeta.row(digest).Scan(&n); err != nil {
		return false, fmt.Errorf("looking for coverage meta-data %s: %w", digest, err)
	}
	if n > 0 {
		b.known.rows["covmeta "+digest] = true
	}
	return n == 0, nil
}

// writeUnions adds new hits to the unions of builds, once per batch.
func (b *batch) writeUnions() error {
	for _, id := range slices.Sorted(maps.Keys(b.dirty)) {
		bd := b.dirty[id]
		var union fleet.Bitmap
		if err := b.stmts.findUnion.row(id).Scan((*[]byte)(&union)); err != nil {
			return fmt.Errorf("reading the union of build %s: %w", id, err)
		}
		union = union.Or(bd.fresh)
		if _, err := b.stmts.union.exec([]byte(union), union.Len(), id); err != nil {
			return fmt.Errorf("writing the union of build %s: %w", id, err)
		}
		bd.fresh = nil
	}
	return nil
}
