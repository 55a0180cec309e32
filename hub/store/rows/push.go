package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Push implements fleet.Store.
func (s *Store) Push(ctx context.Context, p *fleet.Push) (fleet.Standing, error) {
	var standing fleet.Standing
	err := s.writer.do(ctx, func(b *batch) (err error) {
		standing, err = b.push(p)
		return err
	})
	if err != nil {
		return fleet.Standing{}, err
	}
	return standing, nil
}

func (b *batch) push(p *fleet.Push) (fleet.Standing, error) {
	i, err := b.instance(p.Instance)
	if err != nil {
		return fleet.Standing{}, err
	}
	bd, err := b.build(i.build)
	if err != nil {
		return fleet.Standing{}, err
	}
	if err := p.CheckIDs(bd.points); err != nil {
		return fleet.Standing{}, err
	}
	w := word{lease: b.now + p.Lease.Milliseconds(), state: fleet.Live, measured: true, hits: i.take(p)}
	if p.End {
		w.state = fleet.Ended
	}
	if err := b.hear(i, w); err != nil {
		return fleet.Standing{}, err
	}
	if err := b.hits(i.build, bd, p); err != nil {
		return fleet.Standing{}, err
	}
	sync, err := b.answerAsk(i.id)
	if err != nil {
		return fleet.Standing{}, err
	}
	wantCovmeta, err := b.wantsCovmeta(i.covmeta)
	return fleet.Standing{Acked: i.acked, WantManifest: bd.manifest != "" && !bd.manifestHere, WantCovmeta: wantCovmeta, Sync: sync}, err
}

// take adds p's hits to the instance, and reports whether there were new ones.
func (i *instance) take(p *fleet.Push) bool {
	acked, ran := i.acked, i.covered.Len()
	i.acked = p.AckedAfter(acked)
	for _, points := range [][]int{p.Points, p.Again} {
		for _, point := range points {
			i.covered = i.covered.Add(point)
		}
	}
	return i.acked != acked || i.covered.Len() != ran
}

// hits writes those facts in p that the build's rows do not have: first hits,
// earlier first hits, later days.
func (b *batch) hits(id string, bd *build, p *fleet.Push) error {
	for i, point := range p.Points {
		at := b.now - p.Age(i).Milliseconds()
		if first := bd.first[point-1]; first != 0 && first <= at && bd.lastDay[point-1] >= dayOf(at) {
			continue
		}
		if err := b.writeHit(id, bd, hit{point, at, p.Instance, p.Route(i)}); err != nil {
			return err
		}
	}
	for _, point := range p.Again {
		if first := bd.first[point-1]; first != 0 && bd.lastDay[point-1] >= dayOf(b.now) {
			continue
		}
		if err := b.writeHit(id, bd, hit{point, b.now, p.Instance, ""}); err != nil {
			return err
		}
	}
	return nil
}

func dayOf(ms int64) int32 { return int32(ms / (24 * time.Hour).Milliseconds()) }

// hit is one point's hit in one instance.
type hit struct {
	point    int
	at       int64
	instance string
	route    string
}

func (b *batch) writeHit(id string, bd *build, h hit) error {
	if _, err := b.stmts.hit.exec(id, h.point, h.at, h.instance, h.route, dayOf(h.at)); err != nil {
		return fmt.Errorf("writing a hit of build %s: %w", id, err)
	}
	first, lastDay := &bd.first[h.point-1], &bd.lastDay[h.point-1]
	if *first == 0 {
		bd.fresh = bd.fresh.Add(h.point)
		b.dirty[id] = bd
	}
	if *first == 0 || h.at < *first {
		*first = h.at
	}
	*lastDay = max(*lastDay, dayOf(h.at))
	return nil
}
