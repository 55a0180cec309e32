package vet

import (
	"fmt"
	"slices"

	"github.com/goat-trace/goat/internal/session"
)

// addDependencies lists the required modules that were compared.
func (r *report) addDependencies(s *session.Session) {
	points := make(map[string]int)
	for _, p := range r.Points {
		points[p.Module]++
	}
	for _, d := range s.Dependencies {
		r.Dependencies = append(r.Dependencies, dependency{d.Path, d.Old, d.Version, points[d.Path], d.Reason})
	}
}

// addWarnings says which repositories and required modules have no lines, which
// lines may not be what users expect, and which items of mainEntries name no
// main package. Where only some packages were looked at,
// another one may be meant; that is said only where all that are there were.
func (r *report) addWarnings(s *session.Session, p *previewer) {
	for _, u := range s.Uncompared {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s has no points: %s", u.Dir, u.Reason))
	}
	r.Warnings = append(r.Warnings, s.Warnings...)
	if s.DependenciesReason != "" {
		r.Warnings = append(r.Warnings, "required modules have no points: "+s.DependenciesReason)
	}
	for _, d := range s.Dependencies {
		if d.Reason != "" {
			r.Warnings = append(r.Warnings, fmt.Sprintf("module %s has no points: %s", d.Path, d.Reason))
		}
	}
	if len(p.mains) == 0 {
		return
	}
	for _, entry := range s.Config.Entries() {
		matches := func(main *pkg) bool { return s.Config.IsEntry(entry, main.path, main.dir) }
		if !slices.ContainsFunc(p.mains, matches) {
			r.Warnings = append(r.Warnings, fmt.Sprintf("mainEntries: %q names none of the main packages looked at; "+
				"write an import path, a directory from the module's root, or a pattern", entry))
		}
	}
}
