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

// Package returns the module of the session that the package in a directory
// belongs to, and the package's directory in it: one of the build's own modules, or a
// required one that counts.
func (s *Session) Package(importPath, dir string) (m modules.Module, rel string, ok bool) {
	dir = filepath.Clean(dir)
	if m, rel, ok := s.own(importPath, dir); ok {
		return m, rel, true
	}
	return s.dependency(importPath, dir)
}

// own looks among the build's own modules: the module is the one whose go.mod
// is the first on the way up. A vendored package is in a module's directory
// under an import path of its own and does not belong to it, and neither does
// one that is reached through a symbolic link.
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

// linked reports whether the way from a module's directory to one below it leads
// through a symbolic link. Git has no files there.
func linked(root, rel string) bool {
	for dir := rel; dir != "."; dir = filepath.Dir(dir) {
		if info, err := os.Lstat(filepath.Join(root, dir)); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

// moduleRoot returns the nearest directory with a go.mod. Directories outside
// all modules of the session, most of a build's, are not searched.
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
// from: it changed while the build ran, or an index is of another version.
var ErrOtherBytes = errors.New("the file's bytes are not those that its lines were computed from")

// Effective returns the effective lines of a file with the bytes src; all says
// that every line is one. Ignored and generated files have none, and neither
// has a file whose bytes are not those that its lines were computed from: they
// would be another file's.
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
