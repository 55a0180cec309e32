package review

import (
	"net/url"
	"slices"
	"strings"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/internal/coverage"
)

// Filter says which points are wanted. It is a part of an address. The zero value
// wants all.
type Filter struct {
	State   string // never, some, ran, excused; "" for all
	Query   string // text in function, file, path or package, in any case
	Owner   string // or Nobody
	Package string
	File    string // name in profiles
	Func    string
	Commit  string // beginning of an id, or Unknown
	Kind    string
	Tested  string // yes for what a test run ran, no for the rest; "" for both
	Error   string // yes for error paths alone, no for the rest; "" for both
	Pod     string // instance that ran them
	Alone   bool   // no other instance than Pod ran them
}

// fields are the parameters in addresses.
func (f *Filter) fields() []struct {
	name  string
	value *string
} {
	return []struct {
		name  string
		value *string
	}{
		{"state", &f.State}, {"q", &f.Query}, {"owner", &f.Owner}, {"package", &f.Package}, {"file", &f.File}, {"func", &f.Func},
		{"commit", &f.Commit}, {"kind", &f.Kind}, {"tested", &f.Tested}, {"error", &f.Error}, {"pod", &f.Pod},
	}
}

// ReadFilter reads a filter from an address. show is another name of state.
func ReadFilter(values url.Values) (f Filter, err error) {
	for _, field := range f.fields() {
		*field.value = strings.TrimSpace(values.Get(field.name))
		if n := len(*field.value); n > fleet.MaxName {
			return f, fleet.Errorf(fleet.Invalid, "%s has %d bytes; at most %d are taken", field.name, n, fleet.MaxName)
		}
	}
	f.Alone = values.Get("alone") != ""
	if f.State == "" {
		f.State = values.Get("show")
	}
	if f.State == "all" {
		f.State = ""
	}
	if !slices.Contains([]string{"", "never", "some", "ran", "excused"}, f.State) {
		return f, fleet.Errorf(fleet.Invalid, "state is %.40q; it can be never, some, ran, excused or all", f.State)
	}
	if !slices.Contains([]string{"", "yes", "no"}, f.Error) {
		return f, fleet.Errorf(fleet.Invalid, "error is %.40q; it can be yes or no", f.Error)
	}
	if !slices.Contains([]string{"", "yes", "no"}, f.Tested) {
		return f, fleet.Errorf(fleet.Invalid, "tested is %.40q; it can be yes or no", f.Tested)
	}
	return f, nil
}

// Values is the filter as parameters of an address.
func (f *Filter) Values() url.Values {
	values := url.Values{}
	for _, field := range f.fields() {
		if *field.value != "" {
			values.Set(field.name, *field.value)
		}
	}
	if f.Alone {
		values.Set("alone", "1")
	}
	return values
}

// Narrow reports whether the filter leaves out points by more than their state.
func (f Filter) Narrow() bool {
	f.State = ""
	return f != Filter{}
}

// Select returns the points that a filter wants, in their order.
func (v *Review) Select(f Filter) []*Point {
	query := strings.ToLower(f.Query)
	var list []*Point
	for i := range v.Points {
		if p := &v.Points[i]; f.wants(p, query) && (f.Pod == "" || v.ranIn(p, f.Pod)) {
			list = append(list, p)
		}
	}
	return list
}

func (f *Filter) wants(p *Point, query string) bool {
	return (f.State == "" || f.State == p.word()) &&
		(f.Owner == "" || slices.Contains(p.owners(), f.Owner)) &&
		(f.Package == "" || f.Package == p.Package) &&
		(f.File == "" || f.File == p.Name()) &&
		(f.Func == "" || f.Func == p.Func) &&
		(f.Commit == "" || strings.HasPrefix(p.CommitID(), f.Commit)) &&
		(f.Kind == "" || f.Kind == p.Kind) &&
		(f.Tested == "" || (f.Tested == "yes") == p.Tested) &&
		(f.Error == "" || (f.Error == "yes") == p.ErrorPath) &&
		(!f.Alone || p.Ran == 1) &&
		(query == "" || contains(query, p.Func, p.Path, p.File, p.Package))
}

// ranIn reports whether an instance ran a point.
func (v *Review) ranIn(p *Point, instance string) bool {
	return slices.ContainsFunc(v.merged.RanIn(p.Index), func(process *coverage.Process) bool { return process.Place == instance })
}

func contains(query string, texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(text), query) })
}

// word is the point's state in addresses.
func (p *Point) word() string {
	switch {
	case p.Excused:
		return "excused"
	case p.State == coverage.Never:
		return "never"
	case p.State == coverage.Some:
		return "some"
	}
	return "ran"
}
