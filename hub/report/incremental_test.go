package report_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/internal/covered"
)

const changedModule = `
-- go.mod --
module example.com/shop

go 1.26
-- cart.go --
package shop

// Add adds.
func Add(list []int, n int) []int {
	if n < 0 { return list }
	if n == 0 {
		panic("nothing")
	} else if n > 5 {
		n = min(
			n,
			7,
		)
	}
	switch n {
	case 1:
		n++
	case 2:
		n--
	}
	return append(list, n)
}

func never() int {
	const one = 1

	return one
}

func _() { never() }

var literal = func() { never() }
-- other/other.go --
package other

func Other() {
	println()
}
-- cart_test.go --
package shop

import "testing"

func TestAdd(t *testing.T) {
	Add(nil, 1)
	Add(nil, 7)
}
`

func incremental(t *testing.T, text []byte, changes *report.Changes, sources report.Sources) *report.IncrementalReport {
	t.Helper()
	r, err := report.Incremental(context.Background(), parse(t, text), changes, sources)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func states(f report.IncrementalFile) string {
	var list []string
	for _, l := range f.Lines {
		list = append(list, fmt.Sprintf("%d:%s", l.Number, l.State))
	}
	return strings.Join(list, " ")
}

func TestIncremental(t *testing.T) {
	dir := covered.Module(t, changedModule)
	text := covered.TestProfile(t, dir, "-covermode=count", ".")
	sources := covered.Sources{"example.com/shop": dir, "example.com/shop/other": filepath.Join(dir, "other")}
	all := [][2]int{{1, 100}}
	r := incremental(t, text, &report.Changes{Base: "b0", Head: "h1", Files: []report.ChangedFile{
		{Name: "example.com/shop/other/other.go", Path: "other/other.go", Lines: all},
		{Name: "example.com/shop/cart.go", Path: "cart.go", Lines: all},
		{Name: "example.com/shop/cart_test.go", Path: "cart_test.go", Lines: all},
		{Name: "example.com/shop/gone.go", Path: "gone.go", Lines: all},
		{Path: "testdata/x.go", Lines: all},
		{Path: "go.mod", Lines: all},
	}}, sources)
	var got []string
	for _, f := range r.Files {
		got = append(got, f.Path+" "+states(f))
	}
	want := []string{
		"cart.go 5:partial 6:covered 7:missed 8:covered 9:covered 14:covered 15:covered 16:covered 17:missed 18:missed 20:covered 26:missed 29:unmeasured 31:missed",
		"gone.go ",
		"other/other.go 4:unmeasured",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	if want := (report.Counts{Covered: 7, Partial: 1, Missed: 5, Unmeasured: 2}); r.Counts != want {
		t.Errorf("counts: got %+v, want %+v", r.Counts, want)
	}
	var out strings.Builder
	if err := r.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	wantText := "cart.go: 53.8% of 13 changed lines, 1 not measured; partial 5; missed 7,17-18,26,31; unmeasured 29\n" +
		"gone.go: no changed lines; no source: open " + filepath.Join(dir, "gone.go") + ": no such file or directory\n" +
		"other/other.go: not measured, 1 changed lines; unmeasured 4\n" +
		"total: 53.8% of 13 changed lines, 2 not measured since b0\n"
	if diff := cmp.Diff(wantText, out.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

// Only changed lines count, and only those on which a statement starts.
func TestIncrementalLines(t *testing.T) {
	dir := covered.Module(t, changedModule)
	text := covered.TestProfile(t, dir, ".")
	for lines, want := range map[[2]int]string{
		{1, 4}:   "",                             // a comment and a signature
		{10, 11}: "",                             // within a statement
		{9, 10}:  "9:covered",                    //
		{20, 21}: "20:covered",                   //
		{26, 26}: "26:missed",                    //
		{23, 25}: "",                             // a constant
		{5, 7}:   "5:partial 6:covered 7:missed", //
	} {
		r := incremental(t, text, &report.Changes{Files: []report.ChangedFile{{Name: "example.com/shop/cart.go", Path: "cart.go", Lines: [][2]int{lines}}}},
			covered.Sources{"example.com/shop": dir})
		got := ""
		for _, f := range r.Files {
			got += states(f)
		}
		if got != want {
			t.Errorf("lines %v: got %q, want %q", lines, got, want)
		}
	}
}

// "Not measured" is not 0 %.
func TestPercent(t *testing.T) {
	for _, c := range []struct {
		counts report.Counts
		want   string
	}{
		{report.Counts{}, "no changed lines"},
		{report.Counts{Unmeasured: 3}, "not measured, 3 changed lines"},
		{report.Counts{Missed: 3}, "0.0% of 3 changed lines"},
		{report.Counts{Covered: 1, Partial: 1, Missed: 2}, "25.0% of 4 changed lines"},
		{report.Counts{Covered: 1, Unmeasured: 2}, "100.0% of 1 changed lines, 2 not measured"},
	} {
		if got := c.counts.String(); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.counts, got, c.want)
		}
		if _, ok := c.counts.Percent(); ok != (c.counts.Measured() > 0) {
			t.Errorf("%+v: got a percentage: %v", c.counts, ok)
		}
	}
}

// testdata/diffcover has a file, its diff, the LCOV file that a converter made
// of its profile, and what diff_cover 7 said of both.
func TestDiffCover(t *testing.T) {
	read := func(name string) []byte {
		t.Helper()
		data, err := os.ReadFile(filepath.Join("testdata", "diffcover", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var want report.DiffCoverReport
	if err := json.Unmarshal(read("report.json"), &want); err != nil {
		t.Fatal(err)
	}
	dir := covered.Module(t, "-- go.mod --\nmodule example.com/d\n\ngo 1.26\n-- pkg/a.go --\n"+string(read("a.go.txt"))+
		"-- pkg/a_test.go --\npackage pkg\n\nimport \"testing\"\n\nfunc Test(t *testing.T) {\n\tNew(2, 1, 0)\n\tNew(1, 2, 0)\n}\n")
	p := parse(t, covered.TestProfile(t, dir, "./pkg"))

	all := report.DiffCover(p, &report.Changes{Files: []report.ChangedFile{{Name: "example.com/d/pkg/a.go", Path: "pkg/a.go", Lines: [][2]int{{1, 1000}}}}}, "", "")
	if diff := cmp.Diff(lcovLines(t, string(read("lcov.info"))), lines(all.SrcStats["pkg/a.go"])); diff != "" {
		t.Fatalf("measured lines (-LCOV +got):\n%s", diff)
	}

	changes := &report.Changes{Files: []report.ChangedFile{
		{Name: "example.com/d/pkg/a.go", Path: "pkg/a.go", Lines: hunkLines(t, string(read("a.diff")))},
		{Path: "README.md", Lines: [][2]int{{1, 41}}}, // the other files of the diff, which diff_cover counts
	}}
	got := report.DiffCover(p, changes, want.ReportName, want.DiffName)
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("report (-diff_cover +got):\n%s", diff)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var wantJSON, gotJSON any
	if err := errors.Join(json.Unmarshal(read("report.json"), &wantJSON), json.Unmarshal(text, &gotJSON)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantJSON, gotJSON); diff != "" {
		t.Errorf("JSON (-diff_cover +got):\n%s", diff)
	}
}

func TestDiffCoverOfNothing(t *testing.T) {
	p := parse(t, []byte("mode: set\nm/a.go:1.1,2147483647.1 1 0\nm/a.go:3.0,2.0 1 1\n"))
	r := report.DiffCover(p, &report.Changes{Files: []report.ChangedFile{{Name: "m/b.go", Path: "b.go", Lines: [][2]int{{1, 9}}}}}, "", "")
	if r.Percent != 100 || r.Lines != 0 || r.Changed != 9 || len(r.SrcStats) != 0 {
		t.Errorf("nothing measured: got %+v, want 100 percent of no lines", r)
	}
	r = report.DiffCover(p, &report.Changes{Files: []report.ChangedFile{{Name: "m/a.go", Path: "a.go", Lines: [][2]int{{2147483646, 2147483647}}}}}, "", "")
	if r.Percent != 0 || r.Lines != 2 {
		t.Errorf("lines of a block without end: got %+v, want 0 percent of 2 lines", r)
	}
}

// lines returns the measured lines of a file, and whether each is covered.
func lines(f report.DiffCoverFile) map[int]bool {
	m := make(map[int]bool)
	for _, n := range f.Covered {
		m[n] = true
	}
	for _, n := range f.Missed {
		m[n] = false
	}
	return m
}

func lcovLines(t *testing.T, text string) map[int]bool {
	t.Helper()
	m := make(map[int]bool)
	for line := range strings.Lines(text) {
		var n, count int
		if _, err := fmt.Sscanf(line, "DA:%d,%d", &n, &count); err == nil {
			m[n] = count > 0
		}
	}
	if len(m) == 0 {
		t.Fatal("no lines in the LCOV file")
	}
	return m
}

// hunkLines reads the new sides of a diff without context.
func hunkLines(t *testing.T, diff string) (lines [][2]int) {
	t.Helper()
	for line := range strings.Lines(diff) {
		if !strings.HasPrefix(line, "@@ ") {
			continue
		}
		start, count := 0, 1
		if n, _ := fmt.Sscanf(strings.Fields(line)[2], "+%d,%d", &start, &count); n == 0 {
			t.Fatalf("hunk %q", line)
		}
		if count > 0 {
			lines = append(lines, [2]int{start, start + count - 1})
		}
	}
	return lines
}
