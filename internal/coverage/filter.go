package coverage

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Filter says which points to show. Its zero value shows all. A text is compared
// literally, or as a pattern if it has *, which matches any string. If a field has
// several texts, one of them has to match.
type Filter struct {
	File    []string
	Package []string // also "example.com/x/..." as the go command means it
	Func    []string
	Covered *bool // nil is both
	Order   Order
}

// Order is the order parameter of /track; the numbers are GOAT's.
type Order int

const (
	CountAscending Order = iota
	CountDescending
	IDAscending // by package, file and line
	IDDescending
)

// Select returns the indices of the points that a filter shows, in its order.
// Points that compare equal stay in the order of their ids.
func (r *Release) Select(f Filter) []int {
	file, function := newMatcher(f.File, "*"), newMatcher(f.Func, "*")
	text, pattern := newMatcher(f.Package, "*"), newMatcher(f.Package, "...")
	var list []int
	for i := range r.Points {
		p := &r.Points[i]
		if (f.Covered == nil || *f.Covered == (p.Ran > 0)) && file.matches(p.File) && function.matches(p.Func) &&
			(text.matches(p.Package) || pattern.matches(p.Package)) {
			list = append(list, i)
		}
	}
	switch f.Order {
	case CountAscending:
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(r.Points[a].Count, r.Points[b].Count) })
	case CountDescending:
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(r.Points[b].Count, r.Points[a].Count) })
	case IDDescending:
		slices.Reverse(list)
	}
	return list
}

// matcher holds texts and patterns; a nil one matches everything. It remembers the
// last answer, because neighbouring points often are in one file.
type matcher struct {
	exact    []string
	patterns []*regexp.Regexp
	last     string
	matched  bool
	known    bool
}

func newMatcher(texts []string, star string) *matcher {
	if len(texts) == 0 {
		return nil
	}
	m := &matcher{exact: texts}
	for _, text := range texts {
		if parent, ok := strings.CutSuffix(text, "/..."); ok && star == "..." {
			m.exact = append(m.exact[:len(m.exact):len(m.exact)], parent)
		}
		if strings.Contains(text, star) {
			quoted := strings.ReplaceAll(regexp.QuoteMeta(text), regexp.QuoteMeta(star), ".*")
			m.patterns = append(m.patterns, regexp.MustCompile("(?s)^"+quoted+"$")) // everything else is quoted
		}
	}
	return m
}

func (m *matcher) matches(text string) bool {
	if m == nil {
		return true
	}
	if !m.known || text != m.last {
		m.last, m.known = text, true
		m.matched = slices.Contains(m.exact, text) || slices.ContainsFunc(m.patterns, func(p *regexp.Regexp) bool { return p.MatchString(text) })
	}
	return m.matched
}

// Narrow returns the part of a release that belongs to some components, as the
// programs with these components see it. A value is a name, an id (an index of
// Components), or the last element of a name if only one name ends with it.
func (r *Release) Narrow(values []string) (*Release, error) {
	chosen := make(map[string]bool)
	for _, value := range values {
		i := r.findComponent(value)
		if i < 0 {
			return nil, fmt.Errorf("unknown component %q; the components are %s", value, r.componentNames())
		}
		chosen[r.components[i].Name] = true
	}
	builds := make(map[*Build]*part)
	var processes []*Process
	for _, p := range r.all() {
		if builds[p.Build] == nil {
			builds[p.Build] = narrow(p.Build, chosen)
		}
		if part := builds[p.Build]; len(part.build.Components) > 0 {
			processes = append(processes, part.process(p))
		}
	}
	return newRelease(processes), nil
}

// ComponentPoints returns the points of a component as indices of Points; nil for
// an unknown one. A value is as in Narrow.
func (r *Release) ComponentPoints(value string) []int {
	if i := r.findComponent(value); i >= 0 {
		return r.components[i].Sites
	}
	return nil
}

func (r *Release) findComponent(value string) int {
	found := -1
	for i, c := range r.components {
		if c.Name == value {
			return i
		}
	}
	if id, err := strconv.Atoi(value); err == nil && id >= 0 && id < len(r.components) {
		return id
	}
	for i, c := range r.components {
		if c.Name[strings.LastIndexByte(c.Name, '/')+1:] == value {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

func (r *Release) componentNames() string {
	var names []string
	for i, c := range r.components {
		names = append(names, fmt.Sprintf("%d %q", i, c.Name))
	}
	return strings.Join(names, ", ")
}

// part is a build reduced to some of its components, and where its sites come from.
type part struct {
	build *Build
	sites []int
}

func narrow(b *Build, chosen map[string]bool) *part {
	p := &part{build: new(*b)}
	p.build.Sites, p.build.Components = nil, nil
	for _, c := range b.Components {
		if chosen[c.Name] {
			p.sites = append(p.sites, c.Sites...)
			p.build.Components = append(p.build.Components, c)
		}
	}
	slices.Sort(p.sites)
	p.sites = slices.Compact(p.sites)
	index := make(map[int]int)
	for i, site := range p.sites {
		index[site] = i
		p.build.Sites = append(p.build.Sites, b.Sites[site])
	}
	for i, c := range p.build.Components {
		var sites []int
		for _, site := range c.Sites {
			sites = append(sites, index[site])
		}
		p.build.Components[i].Sites = sites
	}
	return p
}

// process returns the same process with the counters of the part.
func (p *part) process(whole *Process) *Process {
	narrow := *whole
	narrow.Build, narrow.Counts, narrow.First = p.build, make([]uint64, len(p.sites)), make([]int64, len(p.sites))
	for i, site := range p.sites {
		if site < len(whole.Counts) {
			narrow.Counts[i] = whole.Counts[site]
		}
		if site < len(whole.First) {
			narrow.First[i] = whole.First[site]
		}
	}
	return &narrow
}
