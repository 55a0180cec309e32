package raised

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// Find returns the modules whose code differs from what the base required,
// sorted by path. Those with a Reason cannot be compared.
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

// All returns every required module as new, for base INIT. It downloads
// nothing.
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

// candidates returns the modules that may have changed, without those of the
// build itself.
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

// states returns the build lists of the work tree and of the base.
func (f *Finder) states(ctx context.Context) (now, then *buildList, err error) {
	old := &state{moduleCache: f.moduleCache(), report: f.report("base")}
	old.read = func(file string) ([]byte, error) { return f.Bases.read(ctx, file) }
	if then, err = old.buildList(ctx); err != nil {
		return nil, nil, fmt.Errorf("reading what the base required: %w", err)
	}
	if now, err = f.today().buildList(ctx); err != nil {
		return nil, nil, fmt.Errorf("reading what the build requires: %w", err)
	}
	f.sums = f.Bases.sums(ctx)
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

// versionsOf returns the code of one side of each module, if it is a version.
func versionsOf(list []*Module, side func(*Module) code) []code {
	var all []code
	for _, m := range list {
		if c := side(m); c.version != "" {
			all = append(all, c)
		}
	}
	return all
}

// findNew finds where the build reads a module. It returns false if the module
// is not part of this build.
func (f *Finder) findNew(m *Module, now *buildList) bool {
	to, err := f.newSide(m, now)
	if err != nil {
		f.Log.Info("leaving a required module out", "module", m.Path, "reason", err.Error())
		return false
	}
	m.To, m.Dir = to, to.dir
	return true
}

// fetchOld downloads what the base required into the module cache, and sets a
// Reason where it fails. Vendored code needs no download, since it is in git.
func (f *Finder) fetchOld(ctx context.Context, list []*Module, then *buildList) {
	list = slices.DeleteFunc(slices.Clone(list), func(m *Module) bool { return f.Vendor != "" && then.packages[m.oldPath] != nil })
	missing := f.moduleCache().download(ctx, versionsOf(list, func(m *Module) code { return m.old }), f.sums, f.Log)
	for _, m := range list {
		if err, ok := missing[m.old]; ok {
			m.Reason = fmt.Sprintf("getting %s, which the base required: %v; run `go mod download %s`", m.old.module(), err, m.old.module())
		}
	}
}

// findOld finds the base's files or says why it cannot. It returns false if the
// module can be left out silently: the base's state of an unchanged replacement
// directory in no repository is unknown, but nothing says that it changed.
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

// newSide returns where the build reads a module.
func (f *Finder) newSide(m *Module, now *buildList) (Side, error) {
	s := Side{name: m.Path + " " + m.Version}
	var err error
	if f.Vendor != "" && now.packages != nil {
		s.dir, s.packages = filepath.Join(f.Vendor, filepath.FromSlash(m.Path)), now.directories(m.Path)
	} else if s.dir, err = f.moduleCache().dirOf(m.new); err != nil {
		return s, err
	} else if m.new.dir == "" {
		s.Sum, err = f.moduleCache().sum(m.new)
	}
	if err != nil {
		return s, fmt.Errorf("looking for it: %w", err)
	}
	if info, err := os.Stat(s.dir); err != nil || !info.IsDir() {
		return s, errors.New("the build does not need it: it is not there")
	}
	return s, nil
}

// oldSide returns where the base's files of a module are.
func (f *Finder) oldSide(ctx context.Context, m *Module, then *buildList) (Side, error) {
	s := Side{name: m.Path + " " + m.Old, Sum: "none"}
	switch {
	case m.Old == "":
		s.name = "nothing"
		return s, nil
	case f.Vendor != "" && then.packages[m.oldPath] != nil:
		s.packages = then.directories(m.oldPath)
		return f.inBase(ctx, s, filepath.Join(f.Vendor, filepath.FromSlash(m.oldPath)))
	case m.old.dir != "":
		return f.inBase(ctx, s, m.old.dir)
	}
	var err error
	if s.dir, err = f.moduleCache().dirOf(m.old); err == nil {
		s.Sum, err = f.moduleCache().sum(m.old)
	}
	if m.inside != "" {
		s.dir, s.Sum = filepath.Join(s.dir, filepath.FromSlash(m.inside)), s.Sum+"/"+m.inside
	}
	if err != nil {
		err = fmt.Errorf("looking for %s: %w; run `go mod download %s`", m.old.module(), err, m.old.module())
	}
	return s, err
}

// inBase returns the base's state of a directory of the work tree.
func (f *Finder) inBase(ctx context.Context, s Side, dir string) (Side, error) {
	l, ok := f.Bases.locate(ctx, dir)
	if !ok {
		return s, fmt.Errorf("looking for %s in the base: %w; commit it below the main module's repository, or require a version", dir, errNowhere)
	}
	if l.err != nil {
		return s, fmt.Errorf("looking for %s in the base: %w", dir, l.err)
	}
	s.Sum, s.Repository, s.prefix = "", l.Repository, l.name
	if l.name == "." {
		s.prefix = ""
	}
	return s, nil
}

// errNowhere says that no old state of a directory can be found.
var errNowhere = errors.New("the directory is in no repository")
