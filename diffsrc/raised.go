package diffsrc

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// required finds the code that changed versions of required modules brought
// in: it compares what the base required with what the build does. Nothing of
// what goes wrong here is an error: modules then have no lines, and the line
// set says why.
func (c *comparison) required(ctx context.Context, repositories []*repository) error {
	r := c.Requirements
	if r == nil || len(c.set.Bases) == 0 {
		return nil
	}
	v := &versions{comparison: c, moduleCache: moduleCache{r}, repositories: repositories}
	pairs, err := v.pairs(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		c.Log.Warn("required modules have no lines", "reason", err.Error())
		c.set.DependenciesReason = err.Error()
		return nil
	}
	if err := v.compareAll(ctx, pairs); err != nil {
		return err
	}
	for _, p := range pairs {
		c.set.Dependencies = append(c.set.Dependencies, p.Dependency)
		v.merge(p)
	}
	return nil
}

// computeInit marks everything as new: the build's modules, and the required
// ones where new ones count.
func computeInit(ctx context.Context, o Options) *LineSet {
	set := &LineSet{Source: SourceInit, All: true, Modules: map[string]ModuleLines{}}
	r := o.Requirements
	if r == nil || !r.New {
		return set
	}
	v := &versions{comparison: &comparison{Options: o, set: set}, moduleCache: moduleCache{r}}
	now, err := v.today().buildList(ctx)
	if err != nil {
		o.Log.Warn("required modules have no lines", "reason", err.Error())
		set.DependenciesReason = err.Error()
		return set
	}
	for _, p := range v.candidates(now, &buildList{}) {
		if s, err := v.newSide(p, now); err == nil {
			p.Dir, p.Digest = s.dir, s.identity("files")
			set.Dependencies = append(set.Dependencies, p.Dependency)
		}
	}
	return set
}

// versions is one look at required modules.
type versions struct {
	*comparison
	moduleCache
	repositories []*repository
	others       map[string]location // in further repositories, by the top of the work tree
	sums         []byte              // the base's go.sum files
}

// pair is a required module and its two sides.
type pair struct {
	modules.Dependency
	oldPath  string // the module's path in the base
	inside   string // its directory in that module, where it was a part of it
	old, new code
	from, to side
	lines    ModuleLines
}

// pairs returns the modules whose code is not what the base required, by
// path.
func (v *versions) pairs(ctx context.Context) ([]*pair, error) {
	now, then, err := v.states(ctx)
	if err != nil {
		return nil, err
	}
	pairs := v.candidates(now, then)
	if v.Fetch == modules.FetchAll && v.Vendor == "" {
		v.download(ctx, versionsOf(pairs, func(p *pair) code { return p.new }), nil, v.Log)
	}
	pairs = slices.DeleteFunc(pairs, func(p *pair) bool { return !v.findNew(p, now) })
	v.fetchOld(ctx, pairs, then)
	return slices.DeleteFunc(pairs, func(p *pair) bool { return !v.findOld(ctx, p, then) }), nil
}

// candidates returns the modules that may have changed, those of the build
// itself aside.
func (v *versions) candidates(now, then *buildList) []*pair {
	own := make(map[string]bool)
	for _, m := range v.Modules {
		own[m.Path] = true
	}
	var pairs []*pair
	for _, path := range slices.Sorted(maps.Keys(now.modules)) {
		if p := v.pair(path, now, then); p != nil && !own[path] {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// states returns the build lists of now and of the base.
func (v *versions) states(ctx context.Context) (now, then *buildList, err error) {
	base := &baseState{versions: v}
	old := &state{moduleCache: v.moduleCache, report: v.report("base")}
	old.read = func(file string) ([]byte, error) { return base.read(ctx, file) }
	if then, err = old.buildList(ctx); err != nil {
		return nil, nil, fmt.Errorf("reading what the base required: %w", err)
	}
	if now, err = v.today().buildList(ctx); err != nil {
		return nil, nil, fmt.Errorf("reading what the build requires: %w", err)
	}
	v.sums = base.sums(ctx)
	return now, then, nil
}

func (v *versions) today() *state {
	return &state{moduleCache: v.moduleCache, read: readIfThere, report: v.report("build")}
}

func (v *versions) report(side string) func(error) {
	return func(err error) {
		v.Log.Warn("taking required versions as go.mod files name them", "side", side, "reason", err.Error())
	}
}

func readIfThere(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return nil, nil
	}
	return data, err
}

// pair returns a module that may have changed, nil for one that did not.
func (v *versions) pair(path string, now, then *buildList) *pair {
	p := &pair{new: now.modules[path]}
	p.Dependency = modules.Dependency{Path: path, Version: p.new.describe(path, v.moduleCache.Root)}
	oldPath := path
	if _, ok := then.modules[path]; !ok {
		oldPath = otherMajor(path, then)
	}
	if oldPath == "" {
		if v.carve(p, then) || v.New {
			return p
		}
		return nil
	}
	p.oldPath, p.old = oldPath, then.modules[oldPath]
	if p.old == p.new && p.new.dir == "" {
		return nil
	}
	p.Old = p.old.describe(path, v.moduleCache.Root)
	return p
}

// otherMajor returns the newest module of the base that is another major
// version of path, "" for none: example.com/m for example.com/m/v2.
func otherMajor(path string, then *buildList) string {
	prefix, _, ok := module.SplitPathVersion(path)
	if !ok {
		return ""
	}
	found := ""
	for other, c := range then.modules {
		p, _, ok := module.SplitPathVersion(other)
		if !ok || p != prefix {
			continue
		}
		if newer := semver.Compare(c.version, then.modules[found].version); found == "" || newer > 0 || newer == 0 && other > found {
			found = other
		}
	}
	return found
}

// versionsOf returns one side's code of each pair where that is a version.
func versionsOf(pairs []*pair, side func(*pair) code) []code {
	var all []code
	for _, p := range pairs {
		if c := side(p); c.version != "" {
			all = append(all, c)
		}
	}
	return all
}

// findNew settles where the build reads a module. It returns false for one
// that is not part of this build.
func (v *versions) findNew(p *pair, now *buildList) bool {
	to, err := v.newSide(p, now)
	if err != nil {
		v.Log.Info("leaving a required module out", "module", p.Path, "reason", err.Error())
		return false
	}
	p.to, p.Dir = to, to.dir
	return true
}

// fetchOld brings what the base required into the module cache and notes what
// could not be had. What the base has vendored is in git.
func (v *versions) fetchOld(ctx context.Context, pairs []*pair, then *buildList) {
	pairs = slices.DeleteFunc(slices.Clone(pairs), func(p *pair) bool { return v.Vendor != "" && then.packages[p.oldPath] != nil })
	missing := v.download(ctx, versionsOf(pairs, func(p *pair) code { return p.old }), v.sums, v.Log)
	for _, p := range pairs {
		if err, ok := missing[p.old]; ok {
			p.Reason = fmt.Sprintf("getting %s, which the base required: %v; run `go mod download %s`", p.old.module(), err, p.old.module())
		}
	}
}

// findOld settles where the base's files are, or why they are nowhere. It
// returns false when there is nothing to say of that: a directory of the
// user's may well be as it was.
func (v *versions) findOld(ctx context.Context, p *pair, then *buildList) bool {
	if p.inside != "" && !v.settleCarved(p) {
		return false
	}
	nowhere := true
	if p.Reason == "" {
		var err error
		if p.from, err = v.oldSide(ctx, p, then); err != nil {
			p.Reason = err.Error()
			nowhere = errors.Is(err, errNowhere)
		}
	}
	if p.Reason != "" && p.old == p.new && nowhere {
		v.Log.Info("leaving a required module out", "module", p.Path, "reason", p.Reason)
		return false
	}
	if p.Reason != "" {
		v.Log.Warn("a required module has no lines", "module", p.Path, "from", p.Old, "to", p.Version, "reason", p.Reason)
	}
	return true
}

// compareAll finds the lines of each pair, several at once.
func (v *versions) compareAll(ctx context.Context, pairs []*pair) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(v.Threads)
	threads := max(1, v.Threads/max(1, len(pairs)))
	for i, p := range pairs {
		if p.Reason != "" {
			continue
		}
		group.Go(func() error {
			v.Progress("comparing versions of "+p.Path, i+1, len(pairs))
			err := v.comparePair(ctx, p, threads)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				p.Reason = err.Error()
				v.Log.Warn("a required module has no lines", "module", p.Path, "from", p.Old, "to", p.Version, "reason", p.Reason)
			}
			return nil
		})
	}
	return group.Wait()
}

// merge enters a module's lines, without the files that are ignored: their
// names begin with the module's path.
func (v *versions) merge(p *pair) {
	lines := make(ModuleLines, len(p.lines))
	for name, l := range p.lines {
		if v.Ignore == nil || !v.Ignore(path.Join(p.Path, name)) {
			lines[name] = l
		}
	}
	if len(lines) > 0 {
		v.set.Modules[p.Path] = lines
	}
}
