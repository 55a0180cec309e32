package diffsrc

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// NestedModules returns the modules below the directories of others, in the
// order of their directories. What the go command does not look into
// (testdata, vendor, names that begin with "." or "_") is left out, and so is
// a go.mod that cannot be read.
func NestedModules(modules []Module) []Module {
	var nested []Module
	for _, m := range modules {
		_ = WalkModule(m.Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || path == m.Dir {
				return nil
			}
			if d.IsDir() {
				if notLookedInto(d.Name()) {
					return fs.SkipDir
				}
				return nil
			}
			dir := filepath.Dir(path)
			known := func(k Module) bool { return filepath.Clean(k.Dir) == dir }
			if d.Name() != "go.mod" || slices.ContainsFunc(modules, known) || slices.ContainsFunc(nested, known) {
				return nil
			}
			if name, err := modulePath(path); err == nil {
				nested = append(nested, Module{Path: name, Dir: dir})
			}
			return nil
		})
	}
	return nested
}

func notLookedInto(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// nestedName names a directory below the modules of a build by the innermost of
// them; ok is false for the directory of such a module and for any other.
func (w *owner) nestedName(dir string) (name string, ok bool) {
	depth := -1
	for _, m := range w.modules {
		if rel, err := filepath.Rel(m.Dir, dir); err == nil && filepath.IsLocal(rel) && len(m.Dir) > depth {
			depth, name = len(m.Dir), m.Path+"\x00"+filepath.ToSlash(rel)
			ok = rel != "." && !vendored(filepath.ToSlash(rel))
		}
	}
	return name, ok
}

// NestedModuleDirs names the directories with a go.mod of their own below the
// modules of a build: their packages are not the module's around them. A line set
// that git has no part in, or that could not be had, depends on them too.
func NestedModuleDirs(modules []Module) []string {
	w := newOwner(modules)
	var names []string
	for _, m := range modules {
		_ = WalkModule(filepath.Clean(m.Dir), func(file string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil
			case d.IsDir() && (d.Name() == ".git" || d.Name() == "vendor"):
				return fs.SkipDir
			case d.Name() != "go.mod" || !isFile(file):
				return nil
			}
			if name, ok := w.nestedName(filepath.Dir(file)); ok {
				names = append(names, name)
			}
			return nil
		})
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// WalkModule is filepath.WalkDir for a module's directory, which may be named by
// a symbolic link. WalkDir looks into none. The names that visit gets begin with
// dir all the same.
func WalkModule(dir string, visit fs.WalkDirFunc) error {
	target, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return visit(dir, nil, err)
	}
	return filepath.WalkDir(target, func(name string, d fs.DirEntry, err error) error {
		return visit(dir+strings.TrimPrefix(name, target), d, err)
	})
}

// hasGoMod reports whether a directory is the root of a module.
func hasGoMod(dir string) bool { return isFile(filepath.Join(dir, "go.mod")) }
