package diffsrc

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
)

// Compute finds the effective lines of the build's modules. It reads the
// user's repositories and never writes to them.
//
// An Index wins over a Patchfile, and that over a Base. An error that wraps
// ErrUnavailable says that there are no line sets to be had here; any other
// one is for the user to mend.
func Compute(ctx context.Context, o Options) (*LineSet, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	switch {
	case o.Index != "":
		return readIndex(o)
	case o.Patchfile != "":
		return computePatch(ctx, o)
	case o.Base == InitRef:
		return computeInit(ctx, o), nil
	}
	return computeGit(ctx, o)
}

// Sources of a LineSet.
const (
	SourceBlame         = "blame"
	SourceDiff          = "diff"
	SourceDiffNoRenames = "diff-norenames"
	SourcePatchfile     = "patchfile"
	SourceIndex         = "index"
	SourceInit          = "init"
)

func (o Options) check() error {
	if o.Precision < 0 || o.Precision > 3 {
		return fmt.Errorf("reading precision %d: set diffPrecision to 1 (blame), 2 (diff) or 3 (diff without renames)", o.Precision)
	}
	switch o.Mode {
	case "", ModeAuto, ModeDirect, ModeMergeBase, ModeRequire:
		return nil
	}
	return fmt.Errorf("reading base mode %q: set baseMode to auto, direct, mergeBase or require", o.Mode)
}

// withDefaults fills in defaults. Module directories lose their symbolic
// links, because git answers without.
func (o Options) withDefaults() Options {
	if o.Precision == 0 {
		o.Precision = 1
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Modules = slices.Clone(o.Modules)
	for i, m := range o.Modules {
		if dir, err := filepath.EvalSymlinks(m.Dir); err == nil {
			o.Modules[i].Dir = dir
		}
	}
	return o
}

func (o Options) source() string {
	return [...]string{1: SourceBlame, 2: SourceDiff, 3: SourceDiffNoRenames}[o.Precision]
}

// computeGit compares each repository of the build with its base.
func computeGit(ctx context.Context, o Options) (*LineSet, error) {
	c := &comparison{Options: o, owner: newOwner(o), set: &LineSet{Source: o.source(), Modules: map[string]ModuleLines{}}}
	repositories, err := findRepositories(ctx, o.Modules, o.Witness)
	if err != nil {
		return nil, err
	}
	c.open = make(map[string]bool)
	for _, r := range repositories {
		c.open[r.top] = true
	}
	for _, r := range repositories {
		if err := c.repository(ctx, r); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(c.set.Pairs, comparePairs)
	c.set.Pairs = slices.Compact(c.set.Pairs)
	return c.set, c.required(ctx, repositories)
}

// comparison is one run over all repositories.
type comparison struct {
	Options
	owner *owner
	set   *LineSet
	open  map[string]bool // repositories that are compared, by top
}

// repository adds the lines of one repository. Only the main one must have
// the base: others of a workspace may lack it and then have no lines.
func (c *comparison) repository(ctx context.Context, r *repository) error {
	base, err := c.base(ctx, r)
	if err != nil && (r.main || ctx.Err() != nil) {
		return err
	}
	if err != nil {
		c.Log.Warn("repository has no lines", "dir", r.top, "reason", err)
		return nil
	}
	if err := c.lineSets(ctx, r, base); err != nil && ctx.Err() == nil {
		return unavailable{err} // the base is there; what failed is no wish of the user's
	} else if err != nil {
		return err
	}
	return nil
}

// unavailable makes an error one of those that a build goes on after.
type unavailable struct{ error }

func (unavailable) Is(target error) bool { return target == ErrUnavailable }

func (e unavailable) Unwrap() error { return e.error }

// lineSets compares a repository's work tree with its base.
func (c *comparison) lineSets(ctx context.Context, r *repository, base Base) error {
	skip := func(name string) bool { return c.owner.vendors(r.absolute(name)) }
	tree, err := r.readBase(ctx, base.Used, skip)
	if err != nil {
		return err
	}
	files, err := r.readWorkTree(ctx, tree, skip)
	if err != nil {
		return err
	}
	if err := c.compare(ctx, r, &base, tree, files); err != nil {
		return err
	}
	c.set.Bases = append(c.set.Bases, base)
	return c.submodules(ctx, r, tree)
}

func (c *comparison) base(ctx context.Context, r *repository) (Base, error) {
	if r.inside {
		return r.pinnedBase(ctx)
	}
	return r.resolveBase(ctx, c.Base, c.Mode, c.Log)
}

// compare finds the changed files of a repository and their lines.
func (c *comparison) compare(ctx context.Context, r *repository, base *Base, tree *baseTree, files map[string]workFile) error {
	d, err := c.differences(ctx, r, tree, baseTreeFiles(tree.files), files)
	if err != nil {
		return err
	}
	base.GoTree = d.oldTree
	c.addPairs(r, d.moved)
	c.collect(r, d.changed)
	return nil
}

// differences are what two sets of files differ by.
type differences struct {
	oldTree string // git's hash of the old files
	changed []*changedFile
	moved   []Pair // different files that lines were moved or copied between
}

// differences compares old files, whose blobs are r's or which come with their
// bytes, with those of now.
func (c *comparison) differences(ctx context.Context, r *repository, tree *baseTree, old []treeFile, files map[string]workFile) (d differences, err error) {
	s, err := newScratch(r, c.CacheDir)
	if err != nil {
		return d, err
	}
	defer s.close()
	if err := r.fetchMissing(ctx, s, tree); err != nil {
		return d, err
	}
	var im importer
	im.commit("refs/goat/base", "base", old)
	im.commit("refs/goat/work", "work", workTreeFiles(files))
	trees, err := im.run(ctx, s)
	if err != nil {
		return d, err
	}
	d.oldTree = trees[0]
	if d.changed, err = s.diffTrees(ctx, trees[0], trees[1], c.Precision < 3); err != nil {
		return d, err
	}
	if err := s.load(ctx, d.changed, files); err != nil {
		return d, err
	}
	if err := c.lines(ctx, d.changed); err != nil || c.Precision > 1 {
		return d, err
	}
	if len(tree.files) < len(old) { // some blobs have a name only now
		if tree.files, err = s.blobNames(ctx, trees[0]); err != nil {
			return d, err
		}
	}
	d.moved, err = c.dropMoved(ctx, s, tree, d.changed)
	return d, err
}
