package fleet

import (
	"context"
	"time"
)

// Push adds what ran in an instance since its last push, and renews its lease.
// A push without points is a heartbeat.
func (f *Fleet) Push(ctx context.Context, p *Push) (Answer, error) {
	if err := p.check(); err != nil {
		return Answer{}, err
	}
	now := time.Now()
	if p.heartbeat() && f.presence.heard(p.Instance, p.From, now) {
		return f.answer(p.Instance, Standing{Acked: p.From}), nil
	}
	p.Lease = f.lease
	standing, err := f.store.Push(ctx, p)
	if err != nil {
		f.presence.forget(p.Instance)
		return Answer{}, err
	}
	if p.End || standing.WantManifest || standing.WantCovmeta || standing.Sync {
		f.presence.forget(p.Instance)
	} else {
		f.presence.written(p.Instance, standing.Acked, now, f.lease)
	}
	return f.answer(p.Instance, standing), nil
}

func (p *Push) heartbeat() bool { return len(p.Points) == 0 && len(p.Again) == 0 && !p.End }

func (p *Push) check() error {
	if !isHex(p.Instance, 32) {
		return Errorf(UnknownInstance, "no instance has the id %.40q; register it", p.Instance)
	}
	if p.From < 0 {
		return Errorf(Invalid, "from is negative")
	}
	if n := max(len(p.Points), len(p.Again)); n > MaxPush {
		return Errorf(Invalid, "%d ids in one push; at most %d are taken, send the rest in another one", n, MaxPush)
	}
	if n := len(p.Ages); n != 0 && n != len(p.Points) {
		return Errorf(Invalid, "age_ms has %d values for %d ids", n, len(p.Points))
	}
	if n := len(p.Routes); n != 0 && n != len(p.Points) {
		return Errorf(Invalid, "routes has %d values for %d ids", n, len(p.Points))
	}
	for _, age := range p.Ages {
		if age < 0 {
			return Errorf(Invalid, "age_ms has a negative value")
		}
	}
	for _, route := range p.Routes {
		if err := checkName("a route", route, MaxRoute); err != nil {
			return err
		}
	}
	return p.CheckIDs(MaxPoints)
}

// CheckIDs returns an error for ids that a build with this many points does not
// have. Stores call it when they know the build.
func (p *Push) CheckIDs(points int) error {
	for _, ids := range [][]int{p.Points, p.Again} {
		for _, id := range ids {
			if id < 1 || id > points {
				return Errorf(Invalid, "id %d is no point of a build with %d points", id, points)
			}
		}
	}
	return nil
}

// Age returns how long ago the i-th of Points was hit.
func (p *Push) Age(i int) time.Duration {
	if len(p.Ages) == 0 {
		return 0
	}
	return p.Ages[i]
}

// Route returns the route that first hit the i-th of Points, or "" if it is not
// known.
func (p *Push) Route(i int) string {
	if len(p.Routes) == 0 {
		return ""
	}
	return p.Routes[i]
}

// AckedAfter returns the number of hits that the hub has after p if it had
// acked hits before. p's hits only count if there is no gap before them.
func (p *Push) AckedAfter(acked int) int {
	if p.From <= acked {
		return max(acked, p.From+len(p.Points))
	}
	return acked
}
