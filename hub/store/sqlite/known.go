package sqlite

import (
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// known is what the writer remembers of rows, so as not to ask for them again.
// Only the writer's goroutine uses it, and it may be forgotten at any time. All
// that it holds stays true while other processes write: rows of services,
// releases and builds do not change, and the statements for hits compare with
// what is there.
type known struct {
	rows   map[string]bool   // ids of services, releases and builds, digests of manifests
	builds map[string]*build // by id
}

// build is a build as the writer knows it.
type build struct {
	points       int
	manifest     string
	manifestHere bool
	first        []int64      // by point, when it first ran; 0: not known to have
	lastDay      []int32      // by point
	fresh        fleet.Bitmap // not yet in the build's union
}

// Beyond these the writer begins anew.
const (
	maxKnownRows   = 200_000
	maxKnownBuilds = 1_000
)

func newKnown() *known {
	return &known{rows: map[string]bool{}, builds: map[string]*build{}}
}

func (k *known) forget() { *k = *newKnown() }

func (k *known) bound() {
	if len(k.rows) > maxKnownRows || len(k.builds) > maxKnownBuilds {
		k.forget()
	}
}

// build returns the build with the id, from memory where it can.
func (b *batch) build(id string) (*build, error) {
	if bd := b.known.builds[id]; bd != nil {
		return bd, b.lookForManifest(bd)
	}
	bd := &build{}
	if err := b.stmts.findBuild.QueryRowContext(background, id).Scan(&bd.points, &bd.manifest); err != nil {
		return nil, fmt.Errorf("reading build %s: %w", id, err)
	}
	bd.first = make([]int64, bd.points)
	bd.lastDay = make([]int32, bd.points)
	rows, err := b.stmts.hits.QueryContext(background, id)
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

// lookForManifest asks whether the manifest has arrived, until it has.
func (b *batch) lookForManifest(bd *build) error {
	if bd.manifest == "" || bd.manifestHere {
		return nil
	}
	if b.known.rows[bd.manifest] {
		bd.manifestHere = true
		return nil
	}
	var n int
	if err := b.stmts.findManifest.QueryRowContext(background, bd.manifest).Scan(&n); err != nil {
		return fmt.Errorf("looking for manifest %s: %w", bd.manifest, err)
	}
	bd.manifestHere = n > 0
	if bd.manifestHere {
		b.known.rows[bd.manifest] = true
	}
	return nil
}

func dayOf(ms int64) int32 { return int32(ms / (24 * time.Hour).Milliseconds()) }
