package vet

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
)

// reportVersion is raised when a field changes its meaning or goes away. With
// version 2 a stableId names one code.
const reportVersion = 2

// report is what goat-vet says by itself; -json prints it as it is.
type report struct {
	Version     int         `json:"version"`
	Source      string      `json:"source"` // blame, diff, diff-norenames, patchfile, index, init
	Bases       []base      `json:"bases"`  // one for each repository
	Granularity string      `json:"granularity"`
	Points      []listed    `json:"points"` // by package, file and position
	Components  []component `json:"components"`
	Removed     []removed   `json:"removed"`
	// Moved is the code that stood elsewhere in the base, at precision 1.
	Moved []moved `json:"moved"`
	// Dependencies are the required modules that were compared (setting
	// modules), by path.
	Dependencies []dependency `json:"dependencies,omitempty"`
	// Warnings say what was asked for and is not in the report.
	Warnings []string `json:"warnings,omitempty"`

	name func(module, file string) string // a file as the user would type it
}

type base struct {
	Ref    string `json:"ref"`
	Mode   string `json:"mode"`
	Commit string `json:"commit"`
	Used   string `json:"used"` // the commit whose tree was compared
	Why    string `json:"why"`  // how it was chosen, or where it is set
}

type listed struct {
	Package string `json:"package"`
	Module  string `json:"module"`
	Version string `json:"moduleVersion,omitempty"` // of a required module
	point.Point
}

// component is a main package and the points of its binary, or a part of it
// that goat.yaml names.
type component struct {
	ID     int           `json:"id"`
	Name   string        `json:"name"`
	Main   string        `json:"main,omitempty"` // of a named part: the main package
	Points []numberedRef `json:"points"`
}

// dependency is a required module that is not what the base required.
type dependency struct {
	Module string `json:"module"`
	Old    string `json:"old"` // "" for a new module
	New    string `json:"new"`
	Points int    `json:"points"`           // of the packages looked at
	Reason string `json:"reason,omitempty"` // why there are none
}

type numberedRef struct {
	ID       int    `json:"id"`
	Package  string `json:"package"`
	StableID string `json:"stableId"`
}

type moved struct {
	Module string `json:"module"`
	File   string `json:"file"`
	diffsrc.Moved
}

type removed struct {
	Module string `json:"module"`
	File   string `json:"file"`
	diffsrc.Removed
}

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

// printJSON prints the report. That it could not be written is out's to say.
func (r *report) printJSON(out io.Writer) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return err
	}
	_, _ = out.Write(terminal.JSON(text.Bytes()))
	return nil
}
