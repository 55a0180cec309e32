package diffsrc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/source"
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
		return withNested(o)(readIndex(o))
	case o.Patchfile != "":
		return withNested(o)(computePatch(ctx, o))
	case o.Base == InitRef:
		return withNested(o)(computeInit(ctx, o), nil)
	}
	return computeGit(ctx, o)
}

// withNested completes a line set that git has no part in.
func withNested(o Options) func(*LineSet, error) (*LineSet, error) {
	return func(s *LineSet, err error) (*LineSet, error) {
		if err == nil {
			s.Nested = modules.NestedDirs(o.Modules)
		}
		return s, err
	}
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
		return fmt.Errorf("reading precision %d: set diffPrecision to 1 (moved code does not count), 2 (diff with renames) or 3 (diff without)", o.Precision)
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
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
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
	if o.Root == "" && len(o.Modules) == 1 {
		o.Root = o.Modules[0].Dir
	}
	o.Root = cmp.Or(o.Root, o.Dir)
	if dir, err := filepath.EvalSymlinks(o.Root); err == nil {
		o.Root = dir
	}
	slices.SortStableFunc(o.Modules, func(a, b modules.Module) int { return strings.Compare(a.Dir, b.Dir) })
	return o
}

func (o Options) source() string {
	return [...]string{1: SourceBlame, 2: SourceDiff, 3: SourceDiffNoRenames}[o.Precision]
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
			continue // a submodule that was compared with its superproject
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

// comparison is one run over all repositories.
type comparison struct {
	Options
	owner        *modules.Owner
	set          *LineSet
	top          string          // of the first repository
	open         map[string]bool // repositories that are compared, by top
	repositories []*repository   // the same
	scratches    []*git.Scratch
	failed       error // why the first one without a base has none
}

func (c *comparison) close() {
	for _, s := range c.scratches {
		s.Close()
	}
}

// settle puts what was found in order, and adds what git was not asked for.
func (c *comparison) settle() {
	for _, m := range c.owner.Modules {
		if !slices.ContainsFunc(c.repositories, func(r *repository) bool { return within(r.Top, m.Dir) }) {
			c.set.Nested = append(c.set.Nested, modules.NestedDirs([]modules.Module{m})...)
		}
	}
	slices.Sort(c.set.Nested)
	c.set.Nested = slices.Compact(c.set.Nested)
	slices.Sort(c.set.Ignored)
	slices.SortFunc(c.set.Pairs, comparePairs)
	c.set.Pairs = slices.Compact(c.set.Pairs)
}

// repository adds the lines of one repository and of those in its work tree. The
// one that the build is of must have the base; others of a workspace may lack it
// and then have no lines, unless all do.
func (c *comparison) repository(ctx context.Context, r *repository) error {
	c.open[r.Top] = true
	base, err := r.resolveBase(ctx, c.Base, c.Mode, c.Log)
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
	case r.main: // the base is there; what failed is no wish of the user's
		return git.Unavailable{Err: incomplete{git.WithStep(err, r.Top)}}
	}
	c.failed = cmp.Or(c.failed, error(git.Unavailable{Err: incomplete{git.WithStep(err, r.Top)}}))
	c.lack(Uncompared{Dir: r.Top, Reason: git.WithStep(err, r.Top).Error()})
	return nil
}

// ErrIncomplete is wrapped by those errors of Compute that say of a base which
// is there that it could not be compared with. A build goes on, and says so.
var ErrIncomplete = errors.New("the base could not be compared with")

// incomplete makes an error one of those.
type incomplete struct{ error }

func (incomplete) Is(target error) bool { return target == ErrIncomplete }

func (e incomplete) Unwrap() error { return e.error }

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

// hashOnDisk puts the digest of the bytes on disk into the lines of files that
// were compared as git would store them.
func (c *comparison) hashOnDisk(r *repository, files map[string]workFile) {
	for name, f := range files {
		if f.onDisk == nil {
			continue
		}
		m, rel, ok := c.owner.Of(r.Absolute(name))
		if lines, has := c.set.Modules[m.Path][rel]; ok && has {
			lines.Hash = source.Hash(f.onDisk)
			c.set.Modules[m.Path][rel] = lines
		}
	}
}

// differences are what two sets of files differ by.
type differences struct {
	oldTree string // git's hash of the old files
	changed []*changedFile
	moved   []Pair // different files that lines were moved or copied between
}

// differences compares old files, whose blobs are r's or which come with their
// bytes, with those of now.
func (c *comparison) differences(ctx context.Context, r *git.Repository, tree *baseTree, old []git.File, files map[string]workFile) (d differences, err error) {
	lenders := tree.lenders
	if lenders == nil {
		lenders = []lender{{r, tree}}
	}
	s, err := git.NewScratch(borrower(r, lenders), c.CacheDir)
	if err != nil {
		return d, err
	}
	defer s.Close()
	for _, l := range lenders {
		if l.Partial {
			if err := l.FetchMissing(ctx, s, l.tree.files); err != nil {
				return d, err
			}
		}
	}
	trees, err := s.WriteTrees(ctx, old, workTreeFiles(files))
	if err != nil { // it may be for a lost file
		for _, l := range lenders {
			if err := l.FetchMissing(ctx, s, l.tree.files); err != nil {
				return d, err
			}
		}
		trees, err = s.WriteTrees(ctx, old, workTreeFiles(files))
	}
	if err != nil {
		return d, err
	}
	d.oldTree = trees[0]
	if d.changed, err = diffTrees(ctx, s, trees[0], trees[1], c.Precision < 3); err != nil {
		return d, err
	}
	if err := load(ctx, s, d.changed, files); err != nil {
		return d, err
	}
	if err := c.lines(ctx, d.changed); err != nil || c.Precision > 1 {
		return d, err
	}
	d.moved = findMoved(d.changed)
	return d, nil
}
