package rt

import (
	"fmt"
	"strconv"
	"strings"
)

// Order is the order of the items on /track. The numbers are GOAT's.
type Order int

const (
	CountAscending Order = iota // points that were not hit come first; the default
	CountDescending
	IDAscending
	IDDescending
)

// Query selects what WriteTrack shows. The zero value selects everything. A
// filter is an exact text or one in which * matches any string. If it has
// several values, one has to match.
type Query struct {
	Order   Order
	File    []string
	Package []string // also "example.com/x/..." as in the go command
	Func    []string
	Covered *bool // nil selects both

	components []*component // nil selects all
}

// Parameters returns the names of /track's parameters.
func Parameters() []string {
	return []string{"component", "order", "file", "package", "func", "covered"}
}

// ParseQuery reads the parameters of /track: component (names, ids or unique
// last elements of names, separated by commas), order, file, package, func and
// covered. It ignores others. As in GOAT, an order that is a number outside 0
// to 3 counts as 0. A parameter may have at most maxValues values of at most
// maxValueBytes bytes, so that a query cannot make the work arbitrarily long.
// An error says what is allowed.
func (r *Report) ParseQuery(values map[string][]string) (Query, error) {
	for _, name := range Parameters() {
		if err := checkSize(name, values[name]); err != nil {
			return Query{}, err
		}
	}
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

const (
	maxValues     = 32
	maxValueBytes = 1024
)

func checkSize(name string, values []string) error {
	if len(values) > maxValues {
		return fmt.Errorf("%s is given %d times, at most %d are read; use * for any text, or ask several times", name, len(values), maxValues)
	}
	for _, v := range values {
		if len(v) > maxValueBytes {
			return fmt.Errorf("a value of %s has %d bytes, at most %d are read; use * for any text, or ask several times", name, len(v), maxValueBytes)
		}
	}
	return nil
}

// given drops empty values, because an empty form field is not a filter.
func given(values []string) []string {
	var set []string
	for _, v := range values {
		if v != "" {
			set = append(set, v)
		}
	}
	return set
}

// findComponents finds the components that one value of the parameter component
// names.
func (r *Report) findComponents(value string) ([]*component, error) {
	if c := r.findComponent(value); c != nil {
		return []*component{c}, nil // a name may contain a comma
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

// findComponent looks for a component by name, then by id, then by the last
// element of its name if only one has it.
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

// selection holds a query's filters, prepared once for all points. It is not
// safe for concurrent use.
type selection struct {
	covered             *bool
	file, function      *matcher // nil matches everything
	packageName, goName *matcher // one of them has to match
}

func newSelection(q Query) selection {
	s := selection{covered: q.Covered}
	if len(q.File) > 0 {
		s.file = newTextMatcher(q.File)
	}
	if len(q.Func) > 0 {
		s.function = newTextMatcher(q.Func)
	}
	if len(q.Package) > 0 {
		s.packageName, s.goName = newTextMatcher(q.Package), newPackageMatcher(q.Package)
	}
	return s
}

// lets reports whether a point matches the filters.
func (s *selection) lets(p placed, i int, count uint64) bool {
	pt := &p.Points[i]
	return (s.covered == nil || *s.covered == (count > 0)) &&
		(s.packageName == nil || s.packageName.matches(p.path) || s.goName.matches(p.Path)) &&
		(s.file == nil || s.file.matches(pt.File)) &&
		(s.function == nil || s.function.matches(pt.Func))
}
