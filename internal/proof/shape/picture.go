package shape

import (
	"fmt"
	"slices"
	"strings"
)

// Picture is the list of packages in docs/architecture.md, from top to bottom.
//
// It is the first code block after a heading. A line without an indent is a layer's
// title. An indented line begins with a package, named by its directory, and says
// what it is. A package uses only packages below it. A package in parentheses does
// not exist yet: the line keeps its place.
type Picture struct {
	Packages []string // packages that exist
	Rooms    []string // packages that do not exist yet
	order    map[string]int
}

// ParsePicture reads the picture after the heading of a Markdown text.
func ParsePicture(markdown, heading string) (*Picture, error) {
	_, text, ok := strings.Cut(markdown, "\n"+heading+"\n")
	if ok {
		_, text, ok = strings.Cut(text, "\n```\n")
	}
	if ok {
		text, _, ok = strings.Cut(text, "\n```\n")
	}
	if !ok {
		return nil, fmt.Errorf("no code block follows %q", heading)
	}
	p := &Picture{order: map[string]int{}}
	for i, line := range strings.Split(text, "\n") {
		path, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if path == "" || path == arrow || !strings.HasPrefix(line, " ") {
			continue
		}
		room, isRoom := strings.CutPrefix(path, "(")
		if isRoom {
			path = strings.TrimSuffix(room, ")")
			p.Rooms = append(p.Rooms, path)
		} else {
			p.Packages = append(p.Packages, path)
		}
		if p.order[path] != 0 {
			return nil, fmt.Errorf("%s is in the picture twice", path)
		}
		p.order[path] = i + 1
	}
	return p, nil
}

// arrow is the line between two layers.
const arrow = "▼"

// Check compares the picture with the packages that exist. Each fault ends with
// what to do about it.
func (p *Picture) Check(packages []Package) []string {
	var faults []string
	at := map[string]string{} // import path → directory
	for _, pkg := range packages {
		at[pkg.PkgPath] = pkg.Path
	}
	there := map[string]bool{}
	for _, pkg := range packages {
		there[pkg.Path] = true
		switch {
		case slices.Contains(p.Rooms, pkg.Path):
			faults = append(faults, fmt.Sprintf("%s is there: take the parentheses off its line", pkg.Path))
		case p.order[pkg.Path] == 0:
			faults = append(faults, fmt.Sprintf("%s is not in the picture: %s", pkg.Path, p.place(pkg, packages, at)))
			continue
		}
		for _, used := range pkg.uses(at) {
			if p.order[used] != 0 && p.order[used] < p.order[pkg.Path] {
				faults = append(faults, fmt.Sprintf("%s uses %s, which is above it: %s", pkg.Path, used, strings.Join(pkg.names(used, at), " ")))
			}
		}
	}
	for _, path := range p.Packages {
		if !there[path] {
			faults = append(faults, fmt.Sprintf("no package is in %s: take out its line, or put it in parentheses if it is to come", path))
		}
	}
	return faults
}

// place says where in the picture a package should be.
func (p *Picture) place(pkg Package, packages []Package, at map[string]string) string {
	below, above := "", ""
	for _, other := range packages {
		if p.order[other.Path] != 0 && slices.Contains(other.uses(at), pkg.Path) && p.order[other.Path] > p.order[below] {
			below = other.Path
		}
	}
	for _, used := range pkg.uses(at) {
		if p.order[used] != 0 && (above == "" || p.order[used] < p.order[above]) {
			above = used
		}
	}
	advice := fmt.Sprintf("add the line %q", "    "+pkg.Path+"   WHAT IT DOES")
	if below != "" {
		advice += ", below " + below + ", which uses it"
	}
	if above != "" {
		advice += ", above " + above + ", which it uses"
	}
	return advice
}

// uses returns the directories in at of the packages that p imports.
func (p Package) uses(at map[string]string) []string {
	var used []string
	for path := range p.Imports {
		if dir, ok := at[path]; ok {
			used = append(used, dir)
		}
	}
	slices.Sort(used)
	return used
}

// names returns the identifiers of the package in dir that p uses.
func (p Package) names(dir string, at map[string]string) []string {
	var names []string
	for _, object := range p.TypesInfo.Uses {
		if object.Pkg() != nil && at[object.Pkg().Path()] == dir {
			name, _ := ofPackage(object)
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
