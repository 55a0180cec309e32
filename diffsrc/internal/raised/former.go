package raised

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// candidate returns a module that may have changed, or nil if it did not.
func (f *Finder) candidate(path string, now, then *buildList) *Module {
	m := &Module{new: now.modules[path]}
	m.Dependency = modules.Dependency{Path: path, Version: m.new.describe(path, f.Root)}
	oldPath := path
	if _, ok := then.modules[path]; !ok {
		oldPath = otherMajor(path, then)
	}
	if oldPath == "" {
		if f.carve(m, then) || f.New {
			return m
		}
		return nil
	}
	m.oldPath, m.old = oldPath, then.modules[oldPath]
	if m.old == m.new && m.new.dir == "" {
		return nil
	}
	m.Old = m.old.describe(path, f.Root)
	return m
}

// otherMajor returns the newest module of the base that is another major
// version of path, as example.com/m is of example.com/m/v2; "" if there is
// none.
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

// carve compares a module that the base did not require with a directory of a
// module that it did: example.com/m/sub may have been a part of example.com/m.
// Whether it was is only known after the old version was fetched, see findOld.
func (f *Finder) carve(m *Module, then *buildList) bool {
	around := enclosing(m.Path, then)
	if around == "" || f.Vendor != "" || then.modules[around].version == "" {
		return false
	}
	m.oldPath, m.old = around, then.modules[around]
	m.inside = strings.TrimPrefix(m.Path, around+"/")
	m.Old = m.old.path + "@" + m.old.version
	return true
}

// enclosing returns the base's module with the longest path that is a parent of
// path; "" if there is none.
func enclosing(path string, then *buildList) string {
	found := ""
	for other := range then.modules {
		if strings.HasPrefix(path, other+"/") && len(other) > len(found) {
			found = other
		}
	}
	return found
}

// settleCarved finds out whether the old module had the directory. If it did
// not, the module is new, and settleCarved returns whether new modules count.
func (f *Finder) settleCarved(m *Module) bool {
	if dir, err := f.moduleCache().dirOf(m.old); err == nil && m.Reason == "" {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(m.inside))); err == nil {
			return true
		}
	}
	m.oldPath, m.old, m.inside, m.Old, m.Reason = "", code{}, "", "", ""
	return f.New
}
