package rt

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/manifest"
)

// pkg is an instrumented package in a test: its points and their counters.
type pkg struct {
	manifest.Package
	counts []uint32
}

func pt(file, fn, kind string, line, endLine int, lines ...[2]int) manifest.Point {
	return manifest.Point{File: file, Func: fn, Kind: kind, Line: line, EndLine: endLine, Lines: lines}
}

// list links packages as register does, but not into the program's own list.
func list(packages ...pkg) *registration {
	var newest *registration
	for _, p := range packages {
		newest = &registration{next: newest, counters: counters{n: len(p.counts), flags: &p.counts[0]}, meta: string(manifest.AppendPackage(nil, p.Package))}
	}
	return newest
}

// reportOf reads the counters of a program that consists of these packages.
func reportOf(m manifest.Main, packages ...pkg) *Report {
	c := newCatalog(list(packages...), m)
	r := &Report{catalog: c, first: make([]int64, c.total)}
	for _, p := range c.packages {
		for i := range p.Points {
			r.counts = append(r.counts, c.count(p, i))
		}
	}
	return r
}

func simple(path string, counts ...uint32) pkg {
	p := pkg{manifest.Package{Path: path, Module: "example.com/m"}, counts}
	for i := range counts {
		p.Points = append(p.Points, pt("f.go", "F", "stmt", i+1, i+1, [2]int{i + 1, i + 1}))
	}
	return p
}

func TestIDsFollowImportPathThenPosition(t *testing.T) {
	r := reportOf(manifest.Main{}, simple("c", 0, 1), simple("a", 1), simple("b", 0, 0))
	type row struct {
		ID      int
		Package string
		Line    int
		Count   uint64
	}
	var got []row
	for _, p := range r.Points() {
		got = append(got, row{p.ID, p.Package, p.Line, p.Count})
	}
	want := []row{{1, "a", 1, 1}, {2, "b", 1, 0}, {3, "b", 2, 0}, {4, "c", 1, 0}, {5, "c", 2, 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i := range got {
		if p, index := r.catalog.locate(i + 1); p.path != got[i].Package || p.Points[index].Line != got[i].Line {
			t.Errorf("locate(%d): got %s, %d, want %s, line %d", i+1, p.path, index, got[i].Package, got[i].Line)
		}
	}
}

// A manifest that does not match would give counts to the wrong code.
func TestUnreadableManifestsAreLeftOut(t *testing.T) {
	short := simple("short", 1, 1)
	short.counts = short.counts[:1]
	damaged := list(simple("damaged", 1))
	damaged.meta = damaged.meta[:len(damaged.meta)-1]
	damaged.next = list(simple("whole", 1), short)

	c := newCatalog(damaged, manifest.Main{})
	var got []string
	for _, p := range c.packages {
		got = append(got, p.path)
	}
	if diff := cmp.Diff([]string{"whole"}, got); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
}

func TestSamePathTwiceStaysApart(t *testing.T) {
	r := reportOf(manifest.Main{}, simple("command-line-arguments", 1), simple("b", 1), simple("command-line-arguments", 0))
	got := map[string]uint64{}
	for _, p := range r.Points() {
		got[p.Package] = p.Count
	}
	want := map[string]uint64{"b": 1, "command-line-arguments": 1, "command-line-arguments#2": 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestComponents(t *testing.T) {
	m := manifest.Main{
		Package: "example.com/m/cmd/app",
		Components: []manifest.Component{
			{Name: "zoo", Patterns: []string{"example.com/m/b", "example.com/m/a/..."}},
			{Name: "api", Patterns: []string{"./a/..."}},
			{Name: "empty", Patterns: []string{"example.com/other/..."}},
			{Name: "example.com/m/cmd/app", Patterns: []string{"..."}}, // it would double the series
		},
	}
	r := reportOf(m, simple("example.com/m/a", 1, 0), simple("example.com/m/a/x", 1), simple("example.com/m/ab", 0), simple("example.com/m/b", 1, 1))
	type row struct {
		ID             int
		Name           string
		Total, Covered int
		Percent        int
		Ratio          float64
	}
	var got []row
	for _, c := range r.Components() {
		got = append(got, row{c.ID, c.Name, c.Total, c.Covered, c.Percent(), c.Ratio()})
	}
	want := []row{
		{0, "example.com/m/cmd/app", 6, 4, 66, 4.0 / 6},
		{1, "api", 3, 2, 66, 2.0 / 3},
		{2, "empty", 0, 0, 100, 1},
		{3, "zoo", 5, 4, 80, 0.8},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCountsByDataType(t *testing.T) {
	for dataType, want := range map[string]uint64{"bool": 1, "": 1, "count": 7} {
		if got := reportOf(manifest.Main{DataType: dataType}, simple("a", 7)).Points()[0].Count; got != want {
			t.Errorf("data type %q: got %d, want %d", dataType, got, want)
		}
	}
}

func TestAppName(t *testing.T) {
	for path, want := range map[string]string{
		"example.com/cmd/app": "app", "example.com/app/v2": "app", "app": "app", "v2": "v2", "example.com/vx": "vx", "": "",
	} {
		if got := appName(path); got != want {
			t.Errorf("appName(%q): got %q, want %q", path, got, want)
		}
	}
}
