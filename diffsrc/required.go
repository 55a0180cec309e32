package diffsrc

import (
	"context"
	"path"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/diffsrc/internal/raised"
)

// required finds the code that new versions of required modules brought in: it
// compares what the base required with what the build requires. Failures here
// are not errors. The modules then have no lines, and the line set says why.
func (c *comparison) required(ctx context.Context) error {
	if c.Requirements == nil || len(c.set.Bases) == 0 {
		return nil
	}
	found, err := c.finder().Find(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		c.Log.Warn("required modules have no lines", "reason", err.Error())
		c.set.DependenciesReason = err.Error()
		return nil
	}
	list := make([]*requiredModule, len(found))
	for i, m := range found {
		list[i] = &requiredModule{Module: m}
	}
	if err := c.compareVersions(ctx, list); err != nil {
		return err
	}
	for _, m := range list {
		c.set.Dependencies = append(c.set.Dependencies, m.Dependency)
		c.merge(m)
	}
	return nil
}

// finder returns the Finder for required modules, with the repositories that
// were compared.
func (c *comparison) finder() *raised.Finder {
	bases := &raised.Bases{Compared: c.open}
	for _, r := range c.repositories {
		i := slices.IndexFunc(c.set.Bases, func(b Base) bool { return b.Dir == r.Top && b.Used != "" })
		if i >= 0 {
			bases.Repositories = append(bases.Repositories, raised.Repository{Repository: r.Repository, Base: c.set.Bases[i].Used})
		}
	}
	bases.Open = func(ctx context.Context, top string) (raised.Repository, error) {
		r, err := openRepository(ctx, top, nil)
		if err != nil || r.Top != top {
			return raised.Repository{}, nil // there is none
		}
		base, err := r.resolveBase(ctx, c.Base, c.Mode, c.chooser(r), c.Log)
		return raised.Repository{Repository: r.Repository, Base: base.Used}, err
	}
	return &raised.Finder{Requirements: c.Requirements, Own: c.Modules, Bases: bases, Log: c.Log}
}

// computeInit marks everything as new: the build's modules and, if new modules
// count, the required ones.
func computeInit(ctx context.Context, o Options) *LineSet {
	set := &LineSet{Source: SourceInit, All: true, Modules: map[string]ModuleLines{}}
	if o.Requirements == nil || !o.Requirements.New {
		return set
	}
	f := &raised.Finder{Requirements: o.Requirements, Own: o.Modules, Log: o.Log}
	var err error
	if set.Dependencies, err = f.All(ctx); err != nil {
		o.Log.Warn("required modules have no lines", "reason", err.Error())
		set.DependenciesReason = err.Error()
	}
	return set
}

// compareVersions finds the lines of each module, several concurrently.
func (c *comparison) compareVersions(ctx context.Context, list []*requiredModule) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.Threads)
	threads := max(1, c.Threads/max(1, len(list)))
	for i, m := range list {
		if m.Reason != "" {
			continue
		}
		group.Go(func() error {
			c.Progress("comparing versions of "+m.Path, i+1, len(list))
			err := c.compareVersion(ctx, m, threads)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				m.Reason = err.Error()
				c.Log.Warn("a required module has no lines", "module", m.Path, "from", m.Old, "to", m.Version, "reason", m.Reason)
			}
			return nil
		})
	}
	return group.Wait()
}

// merge adds a module's lines, without ignored files, whose names begin with
// the module's path.
func (c *comparison) merge(m *requiredModule) {
	lines := make(ModuleLines, len(m.lines))
	for name, l := range m.lines {
		if c.Ignore == nil || !c.Ignore(path.Join(m.Path, name)) {
			lines[name] = l
		}
	}
	if len(lines) > 0 {
		c.set.Modules[m.Path] = lines
	}
}
