package fleet

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/coverage"
)

// Coverage is what has run of a release: the points of its builds, merged by
// stable id.
type Coverage struct {
	// Release has the builds that were compared with the same base: the base
	// with the most instances. It is nil until a manifest has arrived.
	*coverage.Release
	Others  []*coverage.Release // builds that were compared with other bases
	Hits    map[string]FirstHit // by stable id, the earliest hit
	Waiting []string            // digests of manifests that have not arrived
}

// Earlier says that a point ran in another release of the service. The code is
// the same there, because the stable id is.
type Earlier struct {
	Release  string
	Revision string
	At       time.Time
}

// earlierInstances is shown for instances that are no longer kept.
const earlierInstances = "earlier instances"

// Coverage merges what the instances of a release ran. Each instance is a
// process whose Place is the instance's id.
func (f *Fleet) Coverage(ctx context.Context, release string) (*Coverage, error) {
	r, err := f.store.Release(ctx, release)
	if err != nil {
		return nil, err
	}
	builds, err := f.store.Builds(ctx, release)
	if err != nil {
		return nil, err
	}
	instances, err := f.store.Instances(ctx, release)
	if err != nil {
		return nil, err
	}
	c := &Coverage{Hits: map[string]FirstHit{}}
	var processes []*coverage.Process
	for i := range builds {
		of, err := f.processes(ctx, c, &r, &builds[i], instances)
		if err != nil {
			return nil, err
		}
		processes = append(processes, of...)
	}
	if merged := coverage.Merge(processes); len(merged) > 0 {
		c.Release, c.Others = merged[0], merged[1:]
	}
	return c, nil
}

// processes returns a build's instances in the form that the merge takes, plus
// one for those that are no longer kept. It also adds the build's first hits to
// c.
func (f *Fleet) processes(ctx context.Context, c *Coverage, r *Release, b *Build, instances []Instance) ([]*coverage.Process, error) {
	if b.Manifest == "" {
		return nil, nil
	}
	m, err := f.Manifest(ctx, b.Manifest)
	if errors.Is(err, NotFound) {
		c.Waiting = append(c.Waiting, b.Manifest)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	hits, err := f.store.FirstHits(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	built := m.build(r)
	var list []*coverage.Process
	byID := map[string]*coverage.Process{}
	rest := slices.Clone(b.Covered)
	for _, i := range instances {
		if i.BuildID != b.ID {
			continue
		}
		p := &coverage.Process{Place: i.ID, Host: i.Host, PID: i.PID, Build: built, Counts: i.Covered.counts(len(built.Sites))}
		list = append(list, p)
		byID[i.ID] = p
		rest = rest.without(i.Covered)
	}
	if rest.Len() > 0 || len(list) == 0 {
		p := &coverage.Process{Place: earlierInstances, Build: built, Counts: rest.counts(len(built.Sites))}
		list = append(list, p)
		byID[""] = p
	}
	for _, hit := range hits {
		if hit.Point > len(built.Sites) {
			continue // the manifest is not the registered one
		}
		id := built.Sites[hit.Point-1].StableID
		if before, ok := c.Hits[id]; !ok || hit.At.Before(before.At) {
			c.Hits[id] = hit
		}
		p := byID[hit.Instance]
		if p == nil {
			p = byID[""]
		}
		if p == nil {
			continue
		}
		if p.First == nil {
			p.First = make([]int64, len(built.Sites))
		}
		p.First[hit.Point-1] = hit.At.UnixNano()
	}
	return list, nil
}

// build returns the manifest in the form that the merge takes.
func (m *Manifest) build(r *Release) *coverage.Build {
	b := &coverage.Build{
		App: m.App, Version: r.Version, Package: m.Main, Commit: r.Commit, Modified: r.Dirty,
		Base: m.Base, BaseCommit: m.BaseCommit, Source: m.Source, Granularity: m.Granularity, DataType: m.DataType, Goat: m.Goat,
		Sites: make([]coverage.Site, 0, m.Len()),
	}
	b.Components = append(b.Components, coverage.Component{Name: m.Main})
	for _, c := range m.Components {
		b.Components = append(b.Components, coverage.Component{Name: c.Name})
	}
	for _, pkg := range m.Packages {
		in := m.componentsOf(&pkg)
		for _, p := range pkg.Points {
			for _, i := range in {
				b.Components[i].Sites = append(b.Components[i].Sites, len(b.Sites))
			}
			b.Sites = append(b.Sites, coverage.Site{
				StableID: p.StableID, Package: pkg.Path, Module: pkg.Module, ModuleVersion: pkg.ModuleVersion,
				File: p.File, Line: p.Line, EndLine: p.EndLine, Lines: p.Lines, Func: p.Func, Kind: p.Kind, Directive: p.Directive, ErrorPath: p.ErrorPath,
			})
		}
	}
	return b
}

// componentsOf returns the indexes of the components that have a package. The first
// component is the program itself.
func (m *Manifest) componentsOf(pkg *ManifestPackage) []int {
	in := []int{0}
	for i, c := range m.Components {
		if config.MatchComponent(c.Patterns, pkg.Path, pkg.Module) {
			in = append(in, i+1)
		}
	}
	return in
}

// mostEarlier limits how many other releases are searched.
const mostEarlier = 20

// Earlier returns the points that ran in other releases of the service, older
// or newer ones. The same stable id is the same code, whatever the commit.
func (f *Fleet) Earlier(ctx context.Context, r *Release) (map[string]Earlier, error) {
	releases, err := f.store.Releases(ctx, r.ServiceID)
	if err != nil {
		return nil, err
	}
	ran := map[string]Earlier{}
	for _, other := range releases[:min(len(releases), mostEarlier)] {
		if other.ID == r.ID {
			continue
		}
		builds, err := f.store.Builds(ctx, other.ID)
		if err != nil {
			return nil, err
		}
		for i := range builds {
			if err := f.noteEarlier(ctx, ran, &other, &builds[i]); err != nil {
				return nil, err
			}
		}
	}
	return ran, nil
}

func (f *Fleet) noteEarlier(ctx context.Context, ran map[string]Earlier, r *Release, b *Build) error {
	if b.Ran == 0 {
		return nil
	}
	m, err := f.Manifest(ctx, b.Manifest)
	if errors.Is(err, NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	hits, err := f.store.FirstHits(ctx, b.ID)
	if err != nil {
		return err
	}
	ids := m.stableIDs()
	for _, hit := range hits {
		if hit.Point > len(ids) {
			continue
		}
		id := ids[hit.Point-1]
		if before, ok := ran[id]; !ok || hit.At.Before(before.At) {
			ran[id] = Earlier{Release: r.ID, Revision: r.Revision, At: hit.At}
		}
	}
	return nil
}
