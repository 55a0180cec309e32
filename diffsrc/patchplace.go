package diffsrc

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/internal/patch"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gofile"
)

// places are the directories that the names in a patch may be relative to:
// first the top of the repository, then the modules, then the build's
// directory.
type places struct {
	dirs []string
}

func newPlaces(o Options) *places {
	p := &places{}
	add := func(dir string) {
		for _, known := range p.dirs {
			if known == dir {
				return
			}
		}
		if dir != "" {
			p.dirs = append(p.dirs, dir)
		}
	}
	for _, m := range o.Modules {
		add(git.Nearest(m.Dir, nil))
	}
	for _, m := range o.Modules {
		add(m.Dir)
	}
	add(o.Dir)
	return p
}

// strips reports whether a patch's names have prefixes, like git's a/ and b/.
func (*places) strips(p patch.File) bool {
	return (p.Old == "" || hasPrefix(p.Old)) && hasPrefix(p.New) &&
		(p.Old == "" || p.Old[0] != p.New[0])
}

// hasPrefix recognises git's prefixes: a and b, and with diff.mnemonicPrefix
// those for commit, index, work tree and object.
func hasPrefix(name string) bool {
	return len(name) > 2 && name[1] == '/' && strings.IndexByte("abciwo", name[0]) >= 0
}

// patched is a file of the work tree that a patch fits.
type patched struct {
	file     string // absolute
	name     string // as in the patch, without prefix
	module   modules.Module
	rel      string
	old, new []byte
	hunks    []compare.Hunk
}

// find returns the file of the work tree that a patch is for: the first
// candidate that exists and that the hunks fit. It returns nil without an error
// if the file belongs to no module or is left out.
func (pl *places) find(p patch.File, w *modules.Owner) (*patched, error) {
	names := []string{p.New}
	if hasPrefix(p.New) {
		names = append(names, p.New[2:])
		if pl.strips(p) {
			names[0], names[1] = names[1], names[0]
		}
	}
	var misfit error
	exists := false
	for _, dir := range pl.dirs {
		for _, name := range names {
			file := filepath.Join(dir, filepath.FromSlash(name))
			src, err := gofile.Read(file)
			if err != nil {
				return nil, err
			}
			if src == nil {
				continue
			}
			exists = true
			module, rel, ok := w.Of(file)
			old, hunks, err := p.Reverse(src)
			switch {
			case !ok && err == nil:
				return nil, nil
			case !ok:
				continue
			case err == nil:
				return &patched{file, name, module, rel, old, src, hunks}, nil
			}
			if misfit == nil {
				misfit = fmt.Errorf("file %s: %w: make the patch again, from the base to the work tree as it is now", name, err)
			}
		}
	}
	if misfit != nil || exists {
		return nil, misfit
	}
	return nil, fmt.Errorf("file %s: it is not below any of %s: make the patch at the top of the repository, "+
		"or again if the file is gone", p.New, strings.Join(pl.dirs, ", "))
}
