package session

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
)

// Session is what goat knows about one build. It is immutable and safe for
// concurrent use.
type Session struct {
	ID      string // salt: 16 hex digits
	Config  config.Config
	Source  string // as LineSet.Source; "" without line sets
	Bases   []diffsrc.Base
	All     bool
	Modules []modules.Module // the main or workspace modules, and nested ones if they count
	// Dependencies are the required modules that count (setting modules).
	Dependencies []modules.Dependency
	// DependenciesReason says why required modules could not be compared, or is
	// "".
	DependenciesReason string
	// Uncompared are the repositories that could not be compared; their files
	// have no points.
	Uncompared []diffsrc.Uncompared
	// Warnings are the line set's.
	Warnings []string `json:",omitempty"`
	Stale    []string `json:",omitempty"` // as LineSet.Stale
	// Reason says why there are no line sets, or is "".
	Reason string
	// Incomplete says that there are no line sets although the user expects
	// points: a base was asked for, or one was found but comparing with it
	// failed. The link of a binary then prints Reason.
	Incomplete bool   `json:",omitempty"`
	Tool       string // as Input.Tool

	dirs  []Dir
	lines func(module, dir string) (diffsrc.ModuleLines, error)
}

// Dir is a directory of a module that holds changed files.
type Dir struct {
	Module string // path
	Dir    string // relative to the module, with slashes; "." for its root
}

// Dirs returns the directories that hold changed files, sorted by module path
// and directory.
func (s *Session) Dirs() []Dir {
	return s.dirs
}

func dirsOf(set *diffsrc.LineSet) []Dir {
	seen := make(map[Dir]bool)
	for module, lines := range set.Modules {
		for rel := range lines {
			seen[Dir{Module: module, Dir: path.Dir(rel)}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b Dir) int {
		return cmp.Or(cmp.Compare(a.Module, b.Module), cmp.Compare(a.Dir, b.Dir))
	})
}

// Base returns the base of the first repository, or the zero Base.
func (s *Session) Base() diffsrc.Base {
	if len(s.Bases) == 0 {
		if s.All {
			return diffsrc.Base{Ref: "INIT"}
		}
		return diffsrc.Base{}
	}
	return s.Bases[0]
}

// Lines returns the changed files directly in a module-relative directory ("."
// for the module's root).
func (s *Session) Lines(module, dir string) (diffsrc.ModuleLines, error) {
	return s.lines(module, dir)
}

// File returns the effective lines of one file of a module.
func (s *Session) File(module, rel string) (diffsrc.FileLines, bool, error) {
	lines, err := s.Lines(module, path.Dir(rel))
	if err != nil {
		return diffsrc.FileLines{}, false, err
	}
	f, ok := lines[rel]
	return f, ok, nil
}

// computed sets the lines of s from a line set.
func (s *Session) computed(set *diffsrc.LineSet) {
	s.dirs = dirsOf(set)
	s.lines = func(module, dir string) (diffsrc.ModuleLines, error) {
		found := make(diffsrc.ModuleLines)
		for rel, lines := range set.Modules[module] {
			if path.Dir(rel) == dir {
				found[rel] = lines
			}
		}
		return found, nil
	}
}

// mended returns s, which was read from the cache. If the cache has lost or
// damaged lines, compute finds them again, so a broken disk costs time but no
// points.
func (s *Session) mended(log *slog.Logger, compute func() (*Session, error)) *Session {
	cached := s.lines
	again := sync.OnceValues(func() (*Session, error) {
		fresh, err := compute()
		if err == nil && fresh.ID != s.ID {
			err = errors.New("the work tree has changed since")
		}
		return fresh, err
	})
	s.lines = func(module, dir string) (diffsrc.ModuleLines, error) {
		lines, err := cached(module, dir)
		if err == nil {
			return lines, nil
		}
		log.Warn("computing the line sets again", "reason", err.Error())
		fresh, againErr := again()
		if againErr != nil {
			return nil, fmt.Errorf("%w: %w; computing them again: %w", ErrLinesLost, err, againErr)
		}
		return fresh.lines(module, dir)
	}
	return s
}
