package raised

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// Finder looks for required modules whose code is not the base's. It serves one
// comparison, and is not safe for concurrent use.
type Finder struct {
	*modules.Requirements
	Own []modules.Module // of the build itself: they are compared anyway
	// Repositories are those that were compared, with their bases.
	Repositories []Repository
	// Compared has the tops of the work trees of these, and of those that have no
	// base.
	Compared map[string]bool
	// Open opens another repository, with the base of the same name in it, by the
	// top of its work tree. The error is that it has no such base; without a
	// repository there is none.
	Open func(ctx context.Context, top string) (Repository, error)
	Log  *slog.Logger

	opened map[string]location // by top
	sums   []byte              // the base's go.sum files
}

// Repository is a repository and the commit that is its base.
type Repository struct {
	*git.Repository
	Base string
}

// Module is a required module whose code may not be the base's.
type Module struct {
	modules.Dependency
	From, To Side // where its code is in the base and now; From is not set where there is a Reason

	oldPath  string // the module's path in the base
	inside   string // its directory in that module, where it was a part of it
	old, new code
}

// Find returns the modules whose code is not what the base required, by path.
// Those with a Reason cannot be compared.
func (f *Finder) Find(ctx context.Context) ([]*Module, error) {
	now, then, err := f.states(ctx)
	if err != nil {
		return nil, err
	}
	list := f.candidates(now, then)
	if f.Fetch == modules.FetchAll && f.Vendor == "" {
		f.moduleCache().download(ctx, versionsOf(list, func(m *Module) code { return m.new }), nil, f.Log)
	}
	list = slices.DeleteFunc(list, func(m *Module) bool { return !f.findNew(m, now) })
	f.fetchOld(ctx, list, then)
	return slices.DeleteFunc(list, func(m *Module) bool { return !f.findOld(ctx, m, then) }), nil
}

// All returns every required module as a new one, for base INIT. Nothing is
// downloaded.
func (f *Finder) All(ctx context.Context) ([]modules.Dependency, error) {
	now, err := f.today().buildList(ctx)
	if err != nil {
		return nil, err
	}
	var list []modules.Dependency
	for _, m := range f.candidates(now, &buildList{}) {
		if s, err := f.newSide(m, now); err == nil {
			m.Dir, m.Digest = s.dir, s.Identity("files")
			list = append(list, m.Dependency)
		}
	}
	return list, nil
}

// candidates returns the modules that may have changed, those of the build
// itself aside.
func (f *Finder) candidates(now, then *buildList) []*Module {
	own := make(map[string]bool)
	for _, m := range f.Own {
		own[m.Path] = true
	}
	var list []*Module
	for _, path := range slices.Sorted(maps.Keys(now.modules)) {
		if m := f.candidate(path, now, then); m != nil && !own[path] {
			list = append(list, m)
		}
	}
	return list
}

// states returns the build lists of now and of the base.
func (f *Finder) states(ctx context.Context) (now, then *buildList, err error) {
	base := &baseState{Finder: f}
	old := &state{moduleCache: f.moduleCache(), report: f.report("base")}
	old.read = func(file string) ([]byte, error) { return base.read(ctx, file) }
	if then, err = old.buildList(ctx); err != nil {
		return nil, nil, fmt.Errorf("reading what the base required: %w", err)
	}
	if now, err = f.today().buildList(ctx); err != nil {
		return nil, nil, fmt.Errorf("reading what the build requires: %w", err)
	}
	f.sums = base.sums(ctx)
	return now, then, nil
}

func (f *Finder) today() *state {
	return &state{moduleCache: f.moduleCache(), read: readIfThere, report: f.report("build")}
}

func (f *Finder) report(side string) func(error) {
	return func(err error) {
		f.Log.Warn("taking required versions as go.mod files name them", "side", side, "reason", err.Error())
	}
}

// moduleCache is the module cache of the build.
func (f *Finder) moduleCache() moduleCache { return moduleCache{f.Requirements} }

// versionsOf returns one side's code of each pair where that is a version.
func versionsOf(list []*Module, side func(*Module) code) []code {
	var all []code
	for _, m := range list {
		if c := side(m); c.version != "" {
			all = append(all, c)
		}
	}
	return all
}

// findNew settles where the build reads a module. It returns false for one
// that is not part of this build.
func (f *Finder) findNew(m *Module, now *buildList) bool {
	to, err := f.newSide(m, now)
	if err != nil {
		f.Log.Info("leaving a required module out", "module", m.Path, "reason", err.Error())
		return false
	}
	m.To, m.Dir = to, to.dir
	return true
}

// fetchOld brings what the base required into the module cache and notes what
// could not be had. What the base has vendored is in git.
func (f *Finder) fetchOld(ctx context.Context, list []*Module, then *buildList) {
	list = slices.DeleteFunc(slices.Clone(list), func(m *Module) bool { return f.Vendor != "" && then.packages[m.oldPath] != nil })
	missing := f.moduleCache().download(ctx, versionsOf(list, func(m *Module) code { return m.old }), f.sums, f.Log)
	for _, m := range list {
		if err, ok := missing[m.old]; ok {
			m.Reason = fmt.Sprintf("getting %s, which the base required: %v; run `go mod download %s`", m.old.module(), err, m.old.module())
		}
	}
}

// findOld settles where the base's files are, or why they are nowhere. It
// returns false when there is nothing to say of that: a directory of the
// user's may well be as it was.
func (f *Finder) findOld(ctx context.Context, m *Module, then *buildList) bool {
	if m.inside != "" && !f.settleCarved(m) {
		return false
	}
	nowhere := true
	if m.Reason == "" {
		var err error
		if m.From, err = f.oldSide(ctx, m, then); err != nil {
			m.Reason = err.Error()
			nowhere = errors.Is(err, errNowhere)
		}
	}
	if m.Reason != "" && m.old == m.new && nowhere {
		f.Log.Info("leaving a required module out", "module", m.Path, "reason", m.Reason)
		return false
	}
	if m.Reason != "" {
		f.Log.Warn("a required module has no lines", "module", m.Path, "from", m.Old, "to", m.Version, "reason", m.Reason)
	}
	return true
}
