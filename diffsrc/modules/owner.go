package modules

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Owner says which module a file belongs to: the one with the nearest go.mod in
// the file's directory or above. Set its fields before the first call. It is
// not safe for concurrent use.
type Owner struct {
	Modules []Module // of the build, with clean directories
	// WithNested makes modules below those directories part of the build.
	// Without it, their files belong to no module.
	WithNested bool
	// Ignore reports whether a file is left out. rel is the file's path in its
	// module, with slashes.
	Ignore func(rel string) bool
	// Saw is called for each go.mod that was looked for, whether or not it
	// exists.
	Saw func(gomod string)

	known map[string]*Module // by directory; nil if there is none
}

// NewOwner returns an Owner for the modules of a build.
func NewOwner(modules []Module) *Owner {
	o := &Owner{known: make(map[string]*Module), Saw: func(string) {}, Ignore: func(string) bool { return false }}
	for _, m := range modules {
		m.Dir = filepath.Clean(m.Dir)
		o.Modules = append(o.Modules, m)
		o.known[m.Dir] = &m
	}
	return o
}

// Of returns the module of a file and the file's path in it, with slashes. ok
// is false for a file that must not be instrumented: outside the modules,
// vendored, or ignored.
func (o *Owner) Of(file string) (m Module, rel string, ok bool) {
	found := o.OfDir(filepath.Dir(file))
	if found == nil {
		return Module{}, "", false
	}
	rel, err := filepath.Rel(found.Dir, file)
	if err != nil {
		return Module{}, "", false
	}
	rel = filepath.ToSlash(rel)
	if vendored(rel) || o.Ignore(rel) {
		return Module{}, "", false
	}
	return *found, rel, true
}

// vendored reports whether a path in a module contains a vendor directory.
func vendored(rel string) bool {
	return slices.Contains(strings.Split(rel, "/"), "vendor")
}

// Vendors reports whether a file is in a vendor directory of a module.
func (o *Owner) Vendors(file string) bool {
	for _, m := range o.Modules {
		if rel, err := filepath.Rel(m.Dir, file); err == nil && filepath.IsLocal(rel) && vendored(filepath.ToSlash(rel)) {
			return true
		}
	}
	return false
}

// OfDir returns the module of the files in a directory, or nil.
func (o *Owner) OfDir(dir string) *Module {
	if m, ok := o.known[dir]; ok {
		return m
	}
	var m *Module
	if o.Covers(dir) {
		gomod := filepath.Join(dir, "go.mod")
		o.Saw(gomod)
		if isFile(gomod) {
			m = o.nestedModule(gomod)
		} else if parent := filepath.Dir(dir); parent != dir {
			m = o.OfDir(parent)
		}
	}
	o.known[dir] = m
	return m
}

// Covers reports whether dir is the directory of a module of the build or below
// one.
func (o *Owner) Covers(dir string) bool {
	for _, m := range o.Modules {
		if rel, err := filepath.Rel(m.Dir, dir); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// nestedModule returns the module of a go.mod below those of the build, or nil
// if it does not belong to the build.
func (o *Owner) nestedModule(gomod string) *Module {
	if !o.WithNested {
		return nil
	}
	path, err := modulePath(gomod)
	if err != nil {
		return nil // an unreadable module is not part of the build
	}
	return &Module{Path: path, Dir: filepath.Dir(gomod)}
}

// NestedName names a directory below the modules of the build: the path of the
// innermost module around it, NUL, and the path in it. ok is false for the
// directory of a module of the build, for vendored directories, and for any
// other.
func (o *Owner) NestedName(dir string) (name string, ok bool) {
	depth := -1
	for _, m := range o.Modules {
		if rel, err := filepath.Rel(m.Dir, dir); err == nil && filepath.IsLocal(rel) && len(m.Dir) > depth {
			depth, name = len(m.Dir), m.Path+"\x00"+filepath.ToSlash(rel)
			ok = rel != "." && !vendored(filepath.ToSlash(rel))
		}
	}
	return name, ok
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
