package fleet

import (
	"context"
	"errors"
	"time"
)

// ReleaseView is a release with what people ask of it first.
type ReleaseView struct {
	Release
	Builds    []Build
	Instances []Instance
	States    map[State]int // of its instances
	State     State         // of the release itself
	Total     int           // points of its builds
	Covered   int           // those that have run in some instance
}

// In is the number of instances in a state.
func (v *ReleaseView) In(s State) int { return v.States[s] }

// PointView is a point of a release and what has run of it.
type PointView struct {
	ManifestPoint
	ID      int // within its build
	Build   string
	Package string
	Ran     int // instances that ran it
	Of      int // instances that have it
	First   *FirstHit
}

// Services lists all services.
func (f *Fleet) Services(ctx context.Context) ([]Service, error) { return f.store.Services(ctx) }

// Service returns one service.
func (f *Fleet) Service(ctx context.Context, id string) (Service, error) {
	return f.store.Service(ctx, id)
}

// Releases lists the releases of a service, the newest first.
func (f *Fleet) Releases(ctx context.Context, service string) ([]ReleaseView, error) {
	if _, err := f.store.Service(ctx, service); err != nil {
		return nil, err
	}
	releases, err := f.store.Releases(ctx, service)
	if err != nil {
		return nil, err
	}
	views := make([]ReleaseView, 0, len(releases))
	for _, r := range releases {
		view, err := f.view(ctx, r)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

// Release returns one release.
func (f *Fleet) Release(ctx context.Context, id string) (ReleaseView, error) {
	r, err := f.store.Release(ctx, id)
	if err != nil {
		return ReleaseView{}, err
	}
	return f.view(ctx, r)
}

func (f *Fleet) view(ctx context.Context, r Release) (ReleaseView, error) {
	v := ReleaseView{Release: r, States: map[State]int{}}
	var err error
	if v.Builds, err = f.store.Builds(ctx, r.ID); err != nil {
		return v, err
	}
	if v.Instances, err = f.store.Instances(ctx, r.ID); err != nil {
		return v, err
	}
	now, err := f.store.Now(ctx)
	if err != nil {
		return v, err
	}
	for i := range v.Instances {
		v.States[v.Instances[i].State(now)]++
	}
	v.State = releaseState(v.States)
	for _, b := range v.Builds {
		v.Total += b.Points
		v.Covered += b.Covered.Len()
	}
	return v, nil
}

// Points lists the points of a release, build by build, and what has run of each.
func (f *Fleet) Points(ctx context.Context, release string) (ReleaseView, []PointView, error) {
	v, err := f.Release(ctx, release)
	if err != nil {
		return v, nil, err
	}
	points := []PointView{}
	for _, b := range v.Builds {
		of, err := f.buildPoints(ctx, &b, v.Instances)
		if err != nil {
			return v, nil, err
		}
		points = append(points, of...)
	}
	return v, points, nil
}

// buildPoints lists the points of a build. One whose manifest has not arrived has
// none yet.
func (f *Fleet) buildPoints(ctx context.Context, b *Build, instances []Instance) ([]PointView, error) {
	if b.Manifest == "" {
		return nil, nil
	}
	m, err := f.Manifest(ctx, b.Manifest)
	if errors.Is(err, NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	hits, err := f.store.FirstHits(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	first := make(map[int]*FirstHit, len(hits))
	for i := range hits {
		first[hits[i].Point] = &hits[i]
	}
	points := make([]PointView, 0, m.Len())
	for _, pkg := range m.Packages {
		for _, p := range pkg.Points {
			id := len(points) + 1
			v := PointView{ManifestPoint: p, ID: id, Build: b.ID, Package: pkg.Path, First: first[id]}
			for i := range instances {
				if instances[i].BuildID != b.ID {
					continue
				}
				v.Of++
				if instances[i].Covered.Has(id) {
					v.Ran++
				}
			}
			points = append(points, v)
		}
	}
	return points, nil
}

// State says what is known of an instance, or of a release.
type State string

// The states. A release is what its instances are, the first of this order that
// one of them is; None without any.
const (
	Live        State = "live"        // within its lease
	Unreachable State = "unreachable" // up, but does not say what has run
	LastSeen    State = "last-seen"   // silent, ended or gone: what it said last counts
	None        State = "none"        // nothing is known
)

// State of an instance at a time of the store's clock.
func (i *Instance) State(now time.Time) State {
	if i.Ended.IsZero() && now.Before(i.LeaseUntil) {
		return Live
	}
	return LastSeen
}

func releaseState(states map[State]int) State {
	for _, s := range []State{Live, Unreachable, LastSeen} {
		if states[s] > 0 {
			return s
		}
	}
	return None
}
