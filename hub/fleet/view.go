package fleet

import (
	"context"
	"errors"
)

// ReleaseView is a release with what people ask of it first.
type ReleaseView struct {
	Release
	Summary Summary
}

// In is the number of instances in a state.
func (v ReleaseView) In(s InstanceState) int { return v.Summary.Instances[s] }

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

// ServiceOf returns the service of an instance.
func (f *Fleet) ServiceOf(ctx context.Context, instance string) (Service, error) {
	return f.store.ServiceOf(ctx, instance)
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
	summaries, err := f.store.Summaries(ctx, service)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Summary, len(summaries))
	for _, s := range summaries {
		byID[s.Release] = s
	}
	views := make([]ReleaseView, 0, len(releases))
	for _, r := range releases {
		views = append(views, ReleaseView{r, byID[r.ID]})
	}
	return views, nil
}

// Release returns one release.
func (f *Fleet) Release(ctx context.Context, id string) (ReleaseView, error) {
	r, err := f.store.Release(ctx, id)
	if err != nil {
		return ReleaseView{}, err
	}
	summaries, err := f.store.Summaries(ctx, r.ServiceID)
	if err != nil {
		return ReleaseView{}, err
	}
	for _, s := range summaries {
		if s.Release == id {
			return ReleaseView{r, s}, nil
		}
	}
	return ReleaseView{Release: r}, nil
}

// Builds lists a release's builds, the oldest first.
func (f *Fleet) Builds(ctx context.Context, release string) ([]Build, error) {
	return f.store.Builds(ctx, release)
}

// Instances lists a release's instances, the oldest first.
func (f *Fleet) Instances(ctx context.Context, release string) ([]Instance, error) {
	return f.store.Instances(ctx, release)
}

// Points lists the points of a release, build by build, and what has run of each.
func (f *Fleet) Points(ctx context.Context, release string) ([]PointView, error) {
	builds, err := f.store.Builds(ctx, release)
	if err != nil {
		return nil, err
	}
	instances, err := f.store.Instances(ctx, release)
	if err != nil {
		return nil, err
	}
	points := []PointView{}
	for i := range builds {
		of, err := f.buildPoints(ctx, &builds[i], instances)
		if err != nil {
			return nil, err
		}
		points = append(points, of...)
	}
	return points, nil
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
