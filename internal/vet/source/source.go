package source

import (
	"errors"
	"go/ast"
	"log/slog"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/session"
)

// Source implements config.Source. It is safe for concurrent use.
type Source struct {
	session *session.Session
	tests   bool
	log     *slog.Logger
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

// Package implements config.Source.
func (s *Source) Package(importPath, dir string) (module, rel string, ok bool, err error) {
	m, rel, ok := s.session.Package(importPath, dir)
	return m.Path, rel, ok, nil
}

// Lines implements config.Source.
func (s *Source) Lines(module, rel string, src []byte, _ *ast.File) (lines [][2]int, all bool, err error) {
	lines, all, err = s.session.Effective(module, rel, src)
	if errors.Is(err, session.ErrOtherBytes) {
		s.log.Warn("leaving a file out", "module", module, "file", rel, "reason", err.Error())
		err = nil
	}
	return lines, all, err
}

// Version returns a required module's version, "" for the build's own.
func (s *Source) Version(module string) string {
	for _, d := range s.session.Dependencies {
		if d.Path == module {
			return d.Version
		}
	}
	return ""
}

// Dir returns a module's directory.
func (s *Source) Dir(module string) string {
	for _, m := range s.session.Modules {
		if m.Path == module {
			return m.Dir
		}
	}
	for _, d := range s.session.Dependencies {
		if d.Path == module {
			return d.Dir
		}
	}
	return ""
}
