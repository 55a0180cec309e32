package diffsrc

import (
	"cmp"
	"context"
	"path/filepath"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// Compute finds the effective lines of the build's modules. It reads the
// user's repositories and never writes to them.
//
// An Index wins over a Patchfile, and a Patchfile over a Base. An error that
// wraps ErrUnavailable means that no line sets can be had here. Any other error
// is the user's to fix.
func Compute(ctx context.Context, o Options) (*LineSet, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	switch {
	case o.Index != "":
		s, err := readIndex(o)
		if err == nil {
			s.Stale = o.stale(s)
		}
		return withNested(o)(s, err)
	case o.Patchfile != "":
		return withNested(o)(computePatch(ctx, o))
	case o.Base == InitRef:
		return withNested(o)(computeInit(ctx, o), nil)
	}
	s, err := computeGit(ctx, o)
	if err == nil && o.Digests {
		s.Digests = o.digests(s)
	}
	return s, err
}

// FindBase returns what Compute would compare the build's own repository with.
// It compares nothing, so GoTree is empty. A patch file has no base. stale is
// LineSet.Stale.
func FindBase(ctx context.Context, o Options) (base Base, stale []string, err error) {
	if err := o.check(); err != nil {
		return Base{}, nil, err
	}
	o = o.withDefaults()
	switch {
	case o.Index != "":
		set, err := readIndex(o)
		if err != nil || len(set.Bases) == 0 {
			return Base{}, nil, err
		}
		return set.Bases[0], o.stale(set), nil
	case o.Patchfile != "":
		return Base{}, nil, nil
	case o.Base == InitRef:
		return Base{Ref: InitRef}, nil, nil
	}
	c := &comparison{Options: o, owner: o.owner(), open: make(map[string]bool), set: &LineSet{}}
	repositories, err := c.findRepositories(ctx)
	if err != nil {
		return Base{}, nil, err
	}
	r := repositories[0]
	base, err = r.resolveBase(ctx, o.Base, o.Mode, c.chooser(r), o.Log)
	return base, nil, git.WithStep(err, r.Top)
}

// withNested fills in the nested modules of a line set that does not come from
// git.
func withNested(o Options) func(*LineSet, error) (*LineSet, error) {
	return func(s *LineSet, err error) (*LineSet, error) {
		if err == nil {
			s.Nested = modules.NestedDirs(o.Modules)
		}
		return s, err
	}
}

// computeGit compares each repository of the build with its base.
func computeGit(ctx context.Context, o Options) (*LineSet, error) {
	c := &comparison{Options: o, owner: o.owner(), open: make(map[string]bool), set: &LineSet{Source: o.source(), Modules: map[string]ModuleLines{}}}
	defer c.close()
	repositories, err := c.findRepositories(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range repositories {
		if c.open[r.Top] {
			continue // a submodule that was compared together with its superproject
		}
		if err := c.repository(ctx, r); err != nil {
			return nil, err
		}
	}
	if len(c.set.Bases) == 0 {
		return nil, c.failed
	}
	c.settle()
	return c.set, c.required(ctx)
}

// repository compares one repository and those in its work tree. The repository
// that is being built must have the base. Others of a workspace may lack it and
// then have no lines, but at least one must have it.
func (c *comparison) repository(ctx context.Context, r *repository) error {
	c.open[r.Top] = true
	base, err := r.resolveBase(ctx, c.Base, c.Mode, c.chooser(r), c.Log)
	if err != nil && (r.main || ctx.Err() != nil) {
		return git.WithStep(err, r.Top)
	}
	if err != nil {
		c.failed = cmp.Or(c.failed, err)
		c.lack(Uncompared{Dir: r.Top, Reason: err.Error()})
		return nil
	}
	err = c.lineSets(ctx, r, base)
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case r.main: // the base exists, so the user asked nothing wrong
		return git.Unavailable{Err: incomplete{git.WithStep(err, r.Top)}}
	}
	c.failed = cmp.Or(c.failed, error(git.Unavailable{Err: incomplete{git.WithStep(err, r.Top)}}))
	c.lack(Uncompared{Dir: r.Top, Reason: git.WithStep(err, r.Top).Error()})
	return nil
}

// lineSets compares a repository's work tree with its base.
func (c *comparison) lineSets(ctx context.Context, r *repository, base Base) error {
	c.Progress("reading the base and the work tree of "+filepath.Base(r.Top), 0, 0)
	w := &whole{root: r, tree: &baseTree{files: make(map[string]string)}, work: make(map[string]workFile)}
	if err := c.gather(ctx, w, member{repository: r, base: base, source: r}); err != nil {
		return err
	}
	d, err := c.differences(ctx, r.Repository, w.tree, baseTreeFiles(w.tree.files), w.work)
	if err != nil {
		return err
	}
	base.GoTree = d.oldTree
	c.set.Bases = append(append(c.set.Bases, base), w.bases...)
	c.addPairs(r, d.moved)
	c.collect(r, d.changed)
	c.hashOnDisk(r, w.work)
	c.noteForeign(r, w.work)
	return nil
}
