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
