package diffsrc

import (
	"os"
	"path/filepath"
	"strings"
)

// carve compares a module that the base did not require with the directory of
// the same import path in a module that it did: example.com/m/sub used to be a
// part of example.com/m. Whether it was is known once the old version is
// there: see findOld.
func (v *versions) carve(p *pair, then *buildList) bool {
	around := enclosing(p.Path, then)
	if around == "" || v.Vendor != "" || then.modules[around].version == "" {
		return false
	}
	p.oldPath, p.old = around, then.modules[around]
	p.inside = strings.TrimPrefix(p.Path, around+"/")
	p.Old = p.old.path + "@" + p.old.version
	return true
}

// enclosing returns the module of the base with the longest path that a path
// continues, "" for none.
func enclosing(path string, then *buildList) string {
	found := ""
	for other := range then.modules {
		if strings.HasPrefix(path, other+"/") && len(other) > len(found) {
			found = other
		}
	}
	return found
}

// settleCarved finds out whether the base had the directory. If not, the
// module is new; false says that new ones do not count.
func (v *versions) settleCarved(p *pair) bool {
	if dir, err := v.dirOf(p.old); err == nil && p.Reason == "" {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(p.inside))); err == nil {
			return true
		}
	}
	p.oldPath, p.old, p.inside, p.Old, p.Reason = "", code{}, "", "", ""
	return v.New
}
