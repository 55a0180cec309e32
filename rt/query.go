package rt

import (
	"fmt"
	"strconv"
	"strings"
)

// Order is the order of the items on /track; the numbers are GOAT's.
type Order int

const (
	CountAscending Order = iota // what has not run comes first; the default
	CountDescending
	IDAscending
	IDDescending
)

// Query says what WriteTrack shows. Its zero value is everything. A filter
// takes an exact text or one with * for any string; of several values one has
// to match.
type Query struct {
	Order   Order
	File    []string
	Package []string // also "example.com/x/..." as the go command means it
	Func    []string
	Covered *bool // nil is both

	components []*component // nil is all
}

// ParseQuery reads the parameters of /track: component (names, ids or unique
// last elements of names, separated by commas), order, file, package, func and
// covered. Others are ignored. As with GOAT, an order that is a number but none
// of 0 to 3 is 0. An error says what is allowed.
func (r *Report) ParseQuery(values map[string][]string) (Query, error) {
	q := Query{File: given(values["file"]), Package: given(values["package"]), Func: given(values["func"])}
	for _, v := range given(values["component"]) {
		found, err := r.findComponents(v)
		if err != nil {
			return Query{}, err
		}
		q.components = append(q.components, found...)
	}
	q.components = unique(q.components)
	for _, v := range given(values["order"]) {
		n, err := strconv.Atoi(v)
		if err != nil {
			return Query{}, fmt.Errorf("order %q is no number; use 0 (count ascending), 1 (count descending), 2 (id ascending) or 3 (id descending)", v)
		}
		if q.Order = Order(n); n < 0 || n > int(IDDescending) {
			q.Order = CountAscending
		}
	}
	for _, v := range given(values["covered"]) {
		covered := v == "true"
		if !covered && v != "false" {
			return Query{}, fmt.Errorf("covered is %q; use true or false", v)
		}
		q.Covered = &covered
	}
	return q, nil
}

// given drops empty values: an empty field of a form is no filter.
func given(values []string) []string {
	var set []string
	for _, v := range values {
		if v != "" {
			set = append(set, v)
		}
	}
	return set
}

// findComponents reads one value of the parameter component.
func (r *Report) findComponents(value string) ([]*component, error) {
	if c := r.findComponent(value); c != nil {
		return []*component{c}, nil // a name may hold a comma
	}
	var found []*component
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		c := r.findComponent(name)
		if c == nil {
			return nil, fmt.Errorf("unknown component %q; the components are %s", name, r.componentNames())
		}
		found = append(found, c)
	}
	return found, nil
}

// findComponent looks for a name, then for an id, then for the last element of
// just one name.
func (r *Report) findComponent(name string) *component {
	all := r.catalog.components
	for i := range all {
		if all[i].name == name {
			return &all[i]
		}
	}
	if id, err := strconv.Atoi(name); err == nil && id >= 0 && id < len(all) {
		return &all[id]
	}
	var found *component
	for i := range all {
		if _, last := cutLast(all[i].name); last == name {
			if found != nil {
				return nil
			}
			found = &all[i]
		}
	}
	return found
}

func (r *Report) componentNames() string {
	var b strings.Builder
	for i, c := range r.catalog.components {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d %q", c.id, c.name)
	}
	return b.String()
}

func unique(components []*component) []*component {
	var set []*component
	seen := map[*component]bool{}
	for _, c := range components {
		if !seen[c] {
			seen[c] = true
			set = append(set, c)
		}
	}
	return set
}

func (r *Report) selected(q Query) []*component {
	if q.components != nil {
		return q.components
	}
	all := make([]*component, len(r.catalog.components))
	for i := range all {
		all[i] = &r.catalog.components[i]
	}
	return all
}

// lets reports whether the filters let a point through.
func (q *Query) lets(p placed, i int, count uint64) bool {
	pt := &p.Points[i]
	return (q.Covered == nil || *q.Covered == (count > 0)) &&
		matchesOne(q.File, pt.File, matchText) &&
		matchesOne(q.Func, pt.Func, matchText) &&
		(matchesOne(q.Package, p.path, matchText) || matchesOne(q.Package, p.Path, matchPackages))
}

func matchesOne(patterns []string, s string, match func(pattern, s string) bool) bool {
	for _, pattern := range patterns {
		if match(pattern, s) {
			return true
		}
	}
	return len(patterns) == 0
}
