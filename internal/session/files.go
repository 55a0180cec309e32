package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gofile"
)

// Package returns the module that the package in a directory belongs to, and
// the package's directory in it. The module is one of the build's own, or a
// required one that counts.
func (s *Session) Package(importPath, dir string) (m modules.Module, rel string, ok bool) {
	dir = filepath.Clean(dir)
	if m, rel, ok := s.own(importPath, dir); ok {
		return m, rel, true
	}
	return s.dependency(importPath, dir)
}

// own looks among the build's own modules, by the nearest go.mod. It excludes
// packages below a module's directory that do not belong to it: vendored ones,
// which have import paths of their own, and those behind a symbolic link.
func (s *Session) own(importPath, dir string) (m modules.Module, rel string, ok bool) {
	root, ok := s.moduleRoot(dir)
	if !ok {
		return m, "", false
	}
	for _, m := range s.Modules {
		if filepath.Clean(m.Dir) != root {
			continue
		}
		rel, err := filepath.Rel(root, dir)
		if err != nil || linked(root, rel) {
			return m, "", false
		}
		rel = filepath.ToSlash(rel)
		return m, rel, belongs(importPath, m.Path, rel)
	}
	return m, "", false
}

// linked reports whether the path from a module's directory to one below it
// contains a symbolic link. Git has no files behind it.
func linked(root, rel string) bool {
	for dir := rel; dir != "."; dir = filepath.Dir(dir) {
		if info, err := os.Lstat(filepath.Join(root, dir)); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

// moduleRoot returns the nearest directory with a go.mod. It does not search
// outside the session's modules, where most directories of a build are.
func (s *Session) moduleRoot(dir string) (string, bool) {
	inside := false
	for _, m := range s.Modules {
		root := filepath.Clean(m.Dir)
		inside = inside || dir == root || strings.HasPrefix(dir, root+string(filepath.Separator))
	}
	for inside {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		inside = parent != dir
		dir = parent
	}
	return "", false
}

// ErrOtherBytes says that a file is not the one that its lines were computed
// from: it changed during the build, or an index belongs to another version.
var ErrOtherBytes = errors.New("the file's bytes are not those that its lines were computed from")

// Effective returns the effective lines of a file with content src, or all =
// true if every line is effective. Ignored and generated files have no lines.
// If the lines were computed from other bytes, it returns ErrOtherBytes.
func (s *Session) Effective(module, rel string, src []byte) (lines [][2]int, all bool, err error) {
	if s.ignored(module, rel) || strings.ContainsAny(s.moduleDir(module)+rel, "\r\n") {
		return nil, false, nil
	}
	all = s.All && (s.Config.Generated || !gofile.Generated(src))
	changed, ok, err := s.File(module, rel)
	if err != nil || !ok {
		return nil, all, err
	}
	if gofile.Hash(src) != changed.Hash {
		return nil, all, ErrOtherBytes
	}
	return changed.Lines, all, nil
}

// moduleDir returns the directory of a module whose code counts.
func (s *Session) moduleDir(module string) string {
	for _, m := range s.Instrumented() {
		if m.Path == module {
			return m.Dir
		}
	}
	return ""
}
