package source

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/session"
)

// Source implements config.Source. It is safe for concurrent use.
type Source struct {
	session *session.Session
	tests   bool
	log     *slog.Logger
	roots   sync.Map // directory → the one above it that holds a go.mod, or ""
}

// New returns the source of a session. tests says whether _test.go files give
// points.
func New(s *session.Session, tests bool, log *slog.Logger) *Source {
	return &Source{session: s, tests: tests, log: log}
}

// Granularity implements config.Source.
func (s *Source) Granularity() (point.Granularity, error) {
	return point.Granularity(s.session.Config.Granularity), nil
}

// Tests implements config.Source.
func (s *Source) Tests() bool { return s.tests }

// Package implements config.Source. A directory belongs to the module whose
// go.mod is the first on the way up.
func (s *Source) Package(dir string) (module, rel string, ok bool, err error) {
	dir = filepath.Clean(dir)
	root := s.root(dir)
	for _, m := range s.session.Modules {
		if root == "" || filepath.Clean(m.Dir) != root {
			continue
		}
		rel, err := filepath.Rel(root, dir)
		return m.Path, filepath.ToSlash(rel), err == nil, nil
	}
	return "", "", false, nil
}

func (s *Source) root(dir string) string {
	if known, ok := s.roots.Load(dir); ok {
		return known.(string)
	}
	root := dir
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		root = ""
		if parent := filepath.Dir(dir); parent != dir {
			root = s.root(parent)
		}
	}
	s.roots.Store(dir, root)
	return root
}

// Lines implements config.Source.
func (s *Source) Lines(module, rel string, src []byte, file *ast.File) (lines [][2]int, all bool, err error) {
	c := &s.session.Config
	if c.Ignored(rel) {
		return nil, false, nil
	}
	all = s.session.All && (c.Generated || !ast.IsGenerated(file))
	changed, ok, err := s.session.File(module, rel)
	if err != nil || !ok {
		return nil, all, err
	}
	if sum := sha256.Sum256(src); hex.EncodeToString(sum[:]) != changed.Hash {
		s.log.Warn("leaving a file out: its bytes are not those that the lines were computed from", "module", module, "file", rel)
		return nil, all, nil
	}
	return changed.Lines, all, nil
}

// Dir returns a module's directory.
func (s *Source) Dir(module string) string {
	for _, m := range s.session.Modules {
		if m.Path == module {
			return m.Dir
		}
	}
	return ""
}
