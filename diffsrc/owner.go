package diffsrc

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// owner says which module a file belongs to: the one with the innermost
// go.mod above it.
type owner struct {
	modules []Module // of the build
	nested  bool     // modules below these belong to the build too
	ignore  func(rel string) bool
	saw     func(gomod string) // is told of each place that was looked at for a go.mod
	known   map[string]*Module // by directory; nil for none
}

// newOwner knows the modules of a build. The nested ones among their
// directories do not belong to it.
func newOwner(modules []Module) *owner {
	w := &owner{known: make(map[string]*Module), saw: func(string) {}, ignore: func(string) bool { return false }}
	for _, m := range modules {
		m.Dir = filepath.Clean(m.Dir)
		w.modules = append(w.modules, m)
		w.known[m.Dir] = &m
	}
	return w
}

// of returns the module of a file and the file's path in it, with slashes.
// ok is false for a file that is not to be instrumented: outside the modules,
// in a vendor directory, or ignored.
func (w *owner) of(file string) (m Module, rel string, ok bool) {
	found := w.module(filepath.Dir(file))
	if found == nil {
		return Module{}, "", false
	}
	rel, err := filepath.Rel(found.Dir, file)
	if err != nil {
		return Module{}, "", false
	}
	rel = filepath.ToSlash(rel)
	if vendored(rel) || w.ignore(rel) {
		return Module{}, "", false
	}
	return *found, rel, true
}

func vendored(rel string) bool {
	return slices.Contains(strings.Split(rel, "/"), "vendor")
}

// vendors reports whether a file lies in a vendor directory of a module.
func (w *owner) vendors(file string) bool {
	for _, m := range w.modules {
		if rel, err := filepath.Rel(m.Dir, file); err == nil && filepath.IsLocal(rel) && vendored(filepath.ToSlash(rel)) {
			return true
		}
	}
	return false
}

func (w *owner) module(dir string) *Module {
	if m, ok := w.known[dir]; ok {
		return m
	}
	var m *Module
	if w.within(dir) {
		gomod := filepath.Join(dir, "go.mod")
		w.saw(gomod)
		if isFile(gomod) {
			m = w.nestedModule(gomod)
		} else if parent := filepath.Dir(dir); parent != dir {
			m = w.module(parent)
		}
	}
	w.known[dir] = m
	return m
}

// within reports whether dir lies below a module of the build.
func (w *owner) within(dir string) bool {
	for _, m := range w.modules {
		if rel, err := filepath.Rel(m.Dir, dir); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

func (w *owner) nestedModule(gomod string) *Module {
	if !w.nested {
		return nil
	}
	path, err := modulePath(gomod)
	if err != nil {
		return nil // what cannot be read as a module is not part of the build
	}
	return &Module{Path: path, Dir: filepath.Dir(gomod)}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
