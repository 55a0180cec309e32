package driver

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/session"
)

// target is a package with changed code, which gets a salt for its points.
type target struct {
	module     string // path
	rel        string // of the package in the module
	dir        string // absolute
	importPath string
	salt       string
}

// targetsOf returns the packages that may have points, by directory.
func targetsOf(s *session.Session, l *commandLine) ([]target, error) {
	tests := l.subcommand == "test" || l.subcommand == "list"
	wanted := make(map[session.Dir]bool)
	for _, d := range s.Dirs() {
		lines, err := s.Lines(d.Module, d.Dir)
		if err != nil {
			return nil, err
		}
		for rel, f := range lines {
			if len(f.Lines) > 0 && (tests || !strings.HasSuffix(rel, "_test.go")) {
				wanted[d] = true
			}
		}
	}
	marked, err := scanModules(s, tests)
	if err != nil {
		return nil, err
	}
	for _, d := range marked {
		wanted[d] = true
	}
	var targets []target
	for d := range wanted {
		t := target{module: d.Module, rel: d.Dir, importPath: path.Join(d.Module, d.Dir)}
		for _, m := range s.Instrumented() {
			if m.Path == d.Module {
				t.dir = filepath.Join(m.Dir, filepath.FromSlash(d.Dir))
			}
		}
		if t.salt, err = s.PackageSalt(d.Module, d.Dir); err != nil {
			return nil, err
		}
		if t.dir != "" {
			targets = append(targets, t)
		}
	}
	slices.SortFunc(targets, func(a, b target) int { return strings.Compare(a.dir, b.dir) })
	return targets, nil
}
