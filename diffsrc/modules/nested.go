package modules

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Nested returns the modules below the directories of modules, sorted by
// directory. It skips directories that the go command does not look into
// (testdata, vendor, names that begin with "." or "_") and go.mod files that it
// cannot read.
func Nested(modules []Module) []Module {
	var nested []Module
	for _, m := range modules {
		_ = Walk(m.Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || path == m.Dir {
				return nil
			}
			if d.IsDir() {
				if Skipped(d.Name()) {
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

// Skipped reports whether the go command ignores directories with this name.
func Skipped(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// NestedDirs returns the directories below modules that have a go.mod of their
// own, as Owner.NestedName names them, sorted. Their packages do not belong to
// the module around them.
func NestedDirs(modules []Module) []string {
	o := NewOwner(modules)
	var names []string
	for _, m := range modules {
		_ = Walk(filepath.Clean(m.Dir), func(file string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil
			case d.IsDir() && (d.Name() == ".git" || d.Name() == "vendor"):
				return fs.SkipDir
			case d.Name() != "go.mod" || !isFile(file):
				return nil
			}
			if name, ok := o.NestedName(filepath.Dir(file)); ok {
				names = append(names, name)
			}
			return nil
		})
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Walk is filepath.WalkDir, but it also works if dir itself is a symbolic link.
// visit gets paths that begin with dir in any case.
func Walk(dir string, visit fs.WalkDirFunc) error {
	target, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return visit(dir, nil, err)
	}
	return filepath.WalkDir(target, func(name string, d fs.DirEntry, err error) error {
		return visit(dir+strings.TrimPrefix(name, target), d, err)
	})
}

// HasGoMod reports whether a directory is the root of a module, that is, has a
// regular file go.mod.
func HasGoMod(dir string) bool { return isFile(filepath.Join(dir, "go.mod")) }
