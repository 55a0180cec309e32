package vet

import (
	"maps"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/config"
)

// addComponents lists the main packages and then, for each of them, the named
// parts that its binary answers for. Of a single main package the ids are
// those of the binary (rt: newComponents).
func (r *report) addComponents(p *previewer, named map[string][]string) {
	for i, main := range p.mains {
		c := component{ID: i, Name: main.path, Points: []numberedRef{}}
		for _, pkg := range closure(main) {
			for _, pt := range pkg.points {
				c.Points = append(c.Points, numberedRef{len(c.Points) + 1, pkg.path, pt.StableID})
			}
		}
		r.Components = append(r.Components, c)
	}
	for i, main := range p.mains {
		for _, name := range slices.Sorted(maps.Keys(named)) {
			if name != main.path {
				r.Components = append(r.Components, part(len(r.Components), name, named[name], main, r.Components[i]))
			}
		}
	}
}

// part returns the points of a main's component whose packages match.
func part(id int, name string, patterns []string, main *pkg, whole component) component {
	c := component{ID: id, Name: name, Main: main.path, Points: []numberedRef{}}
	modules := make(map[string]string)
	for _, pkg := range closure(main) {
		modules[pkg.path] = pkg.module
	}
	for _, ref := range whole.Points {
		if matchesPackage(patterns, ref.Package, modules[ref.Package]) {
			c.Points = append(c.Points, ref)
		}
	}
	return c
}

// matchesPackage reports whether a pattern of a component matches. "./x" is
// relative to the package's own module, as in the binary (rt: componentMatcher).
func matchesPackage(patterns []string, path, module string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if pattern == "." || strings.HasPrefix(pattern, "./") {
			pattern = strings.TrimSuffix(module+strings.TrimPrefix(pattern, "."), "/")
		}
		return config.MatchPackages(pattern, path)
	})
}
