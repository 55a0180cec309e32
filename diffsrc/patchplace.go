package diffsrc

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/source"
)

// places are the directories that the names of a patch may be relative to:
// the top of the repository first, then the modules, then the build's.
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

// strips reports whether a patch's names have a prefix, as git's a/ and b/.
func (*places) strips(p filePatch) bool {
	return (p.old == "" || hasPrefix(p.old)) && hasPrefix(p.new) &&
		(p.old == "" || p.old[0] != p.new[0])
}

// hasPrefix knows git's prefixes: a and b, or with diff.mnemonicPrefix the
// commit, index, work tree, or object.
func hasPrefix(name string) bool {
	return len(name) > 2 && name[1] == '/' && strings.IndexByte("abciwo", name[0]) >= 0
}

// patched is a file of the work tree that a patch fits.
type patched struct {
	file     string // absolute
	name     string // as the patch has it, without prefix
	module   modules.Module
	rel      string
	old, new []byte
	hunks    []compare.Hunk
}

// find returns the work tree's file that a patch is about: the first one by
// its names that exists and that the hunks fit. It is nil, without an error,
// if the file belongs to no module or is left out.
func (pl *places) find(p filePatch, w *modules.Owner) (*patched, error) {
	names := []string{p.new}
	if hasPrefix(p.new) {
		names = append(names, p.new[2:])
		if pl.strips(p) {
			names[0], names[1] = names[1], names[0]
		}
	}
	var misfit error
	exists := false
	for _, dir := range pl.dirs {
		for _, name := range names {
			file := filepath.Join(dir, filepath.FromSlash(name))
			src, err := source.Read(file)
			if err != nil {
				return nil, err
			}
			if src == nil {
				continue
			}
			exists = true
			module, rel, ok := w.Of(file)
			old, hunks, err := reverse(p, src)
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
		"or again if the file is gone", p.new, strings.Join(pl.dirs, ", "))
}

// reverse takes a patch off a file. It returns the old state, with LF line
// ends, and the changed lines.
func reverse(p filePatch, src []byte) (old []byte, hunks []compare.Hunk, err error) {
	lines := compare.SplitLines(src)
	var out [][]byte
	at := 0 // lines of src that are done
	for _, h := range p.hunks {
		if h.newStart-1 < at {
			return nil, nil, fmt.Errorf("hunk %s: it overlaps the one before", h.header)
		}
		if h.newStart-1 > len(lines) {
			return nil, nil, fmt.Errorf("hunk %s: the file has %d lines", h.header, len(lines))
		}
		out = append(out, lines[at:h.newStart-1]...)
		at = h.newStart - 1
		if out, at, hunks, err = h.reverse(lines, out, at, hunks); err != nil {
			return nil, nil, fmt.Errorf("hunk %s: %w", h.header, err)
		}
	}
	out = append(out, lines[at:]...)
	if len(out) == 0 {
		return nil, hunks, nil
	}
	return append(bytes.Join(out, []byte{'\n'}), '\n'), hunks, nil
}

// reverse adds the old lines of a hunk to out and checks the new ones.
func (h patchHunk) reverse(lines, out [][]byte, at int, hunks []compare.Hunk) ([][]byte, int, []compare.Hunk, error) {
	inside := false // the last line was changed
	for _, l := range h.lines {
		if l.kind != '-' {
			if at >= len(lines) {
				return nil, 0, nil, fmt.Errorf("the file ends at line %d, the patch has %q there", len(lines), l.text)
			}
			if got := string(lines[at]); got != strings.TrimRight(l.text, "\r") {
				return nil, 0, nil, fmt.Errorf("line %d of the file is %q, the patch has %q there", at+1, got, l.text)
			}
		}
		changed := l.kind == '-' || l.kind == '+'
		if changed && !inside {
			hunks = append(hunks, compare.Hunk{Old: len(out) + 1, OldEnd: len(out) + 1, New: at + 1, NewEnd: at + 1})
		}
		inside = changed
		switch l.kind {
		case '-':
			out = append(out, []byte(l.text))
		case '+':
			at++
		default:
			out, at = append(out, lines[at]), at+1
		}
		if changed {
			last := &hunks[len(hunks)-1]
			last.OldEnd, last.NewEnd = len(out)+1, at+1
		}
	}
	return out, at, hunks, nil
}
