package vet

import (
	"cmp"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
)

func newReport(dir string, s *session.Session, lines *diffsrc.LineSet, p *previewer) *report {
	r := &report{
		Version: reportVersion, Source: s.Source, Granularity: s.Config.Granularity,
		Bases: []base{}, Points: []listed{}, Components: []component{}, Removed: []removed{}, Moved: []moved{},
		name: func(module, file string) string {
			return terminal.Word(relative(dir, filepath.Join(p.source.Dir(module), filepath.FromSlash(file))))
		},
	}
	for _, b := range s.Bases {
		r.Bases = append(r.Bases, base{b.Ref, string(b.Mode), b.Commit, b.Used, cmp.Or(b.Why, s.Config.Source())})
	}
	dirs := make(map[string]bool) // module NUL directory
	for _, name := range slices.Sorted(maps.Keys(p.byPath)) {
		pkg := p.byPath[name]
		for _, pt := range pkg.points {
			r.Points = append(r.Points, listed{pkg.path, pkg.module, p.source.Version(pkg.module), withLines(pt)})
		}
		r.Recordable = append(r.Recordable, pkg.recordable...)
		if pkg.module != "" {
			dirs[pkg.module+"\x00"+pkg.dir] = true
		}
	}
	r.addComponents(p, s.Config.Components)
	r.addStatements(lines, dirs)
	r.addDependencies(s)
	r.addWarnings(s, p)
	return r
}

// withLines makes an empty list of lines one in JSON, not null.
func withLines(p point.Point) point.Point {
	if p.Lines == nil {
		p.Lines = [][2]int{}
	}
	return p
}

// addStatements lists the deleted statements and the moved code of the
// directories looked at. Within a file both are in order.
func (r *report) addStatements(lines *diffsrc.LineSet, dirs map[string]bool) {
	for _, module := range slices.Sorted(maps.Keys(lines.Modules)) {
		files := lines.Modules[module]
		for _, file := range slices.Sorted(maps.Keys(files)) {
			if !dirs[module+"\x00"+path.Dir(file)] {
				continue
			}
			for _, gone := range files[file].Removed {
				r.Removed = append(r.Removed, removed{module, file, gone})
			}
			for _, m := range files[file].Moved {
				r.Moved = append(r.Moved, moved{module, file, m})
			}
		}
	}
}
