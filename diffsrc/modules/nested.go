package modules

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Nested returns the modules below the directories of others, in the
// order of their directories. What the go command does not look into
// (testdata, vendor, names that begin with "." or "_") is left out, and so is
// a go.mod that cannot be read.
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

// Skipped reports whether the go command looks for no packages in directories of
// a name.
func Skipped(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// NestedDirs returns the directories below the modules of a build that have a
// go.mod of their own, by Owner.NestedName, sorted. Their packages do not belong to
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

// Walk is filepath.WalkDir for the directory of a module. WalkDir itself does not
// look into a dir that is a symbolic link; Walk does. The names that visit gets
// begin with dir all the same.
func Walk(dir string, visit fs.WalkDirFunc) error {
	target, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return visit(dir, nil, err)
	}
	return filepath.WalkDir(target, func(name string, d fs.DirEntry, err error) error {
		return visit(dir+strings.TrimPrefix(name, target), d, err)
	})
}

// HasGoMod reports whether a directory is the root of a module: whether it has a
// regular file go.mod.
func HasGoMod(dir string) bool { return isFile(filepath.Join(dir, "go.mod")) }
