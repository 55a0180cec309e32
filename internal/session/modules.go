package session

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// Instrumented returns the modules whose code counts: the build's own and the
// required ones that were found.
func (s *Session) Instrumented() []modules.Module {
	all := slices.Clone(s.Modules)
	for _, d := range s.Dependencies {
		if d.Dir != "" && d.Reason == "" {
			all = append(all, modules.Module{Path: d.Path, Dir: d.Dir, Version: d.Version})
		}
	}
	return all
}

// version returns a required module's version, or "" for the build's own.
func (s *Session) version(module string) string {
	for _, d := range s.Dependencies {
		if d.Path == module {
			return d.Version
		}
	}
	return ""
}

// dependency returns the required module that a package belongs to. The
// module's directory may have no go.mod and never holds packages of another
// module.
func (s *Session) dependency(importPath, dir string) (m modules.Module, rel string, ok bool) {
	for _, d := range s.Dependencies {
		if d.Dir == "" || d.Reason != "" || len(d.Path) < len(m.Path) {
			continue
		}
		inside := dir == d.Dir || strings.HasPrefix(dir, d.Dir+string(filepath.Separator))
		if !inside {
			continue
		}
		within, err := filepath.Rel(d.Dir, dir)
		if within = filepath.ToSlash(within); err == nil && belongs(importPath, d.Path, within) {
			m, rel, ok = modules.Module{Path: d.Path, Dir: d.Dir, Version: d.Version}, within, true
		}
	}
	return m, rel, ok
}

// runtimePath is the runtime's import path. Goat never instruments it, not even
// in goat's own repository, because it would count itself.
const runtimePath = "github.com/goat-trace/goat/rt"

func belongs(importPath, module, rel string) bool {
	own := path.Join(module, rel)
	if own == runtimePath || strings.HasPrefix(own, runtimePath+"/") {
		return false
	}
	// The path of an external test ends in _test, but so may that of a
	// directory.
	named := strings.TrimSuffix(importPath, "_test")
	return named == "command-line-arguments" || importPath == own || named == own
}

// ignored reports whether goat.yaml excludes a file. The names of a required
// module's files begin with the module's path.
func (s *Session) ignored(module, rel string) bool {
	for _, d := range s.Dependencies {
		if d.Path == module {
			return s.Config.Ignored(path.Join(module, rel))
		}
	}
	return s.Config.Ignored(rel)
}
