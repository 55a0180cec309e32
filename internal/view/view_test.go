package view_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/view"
)

const text = `package pay

func Refund(n int) error {
	if n > 100 {
		return tooMuch(n) // 返金, and a comment that is longer than a narrow terminal is wide
	}
	log("refund")
	return nil
}
`

// files has one file, or none.
type files struct {
	text, note string
	ok         bool
}

func (f files) Text(*coverage.Site) (string, string, bool) { return f.text, f.note, f.ok }

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// release has two processes. The second ran only a part; "log" ran only in the
// first.
func release() *coverage.Release {
	b := &coverage.Build{App: "pay", Version: "v1", Package: "example.com/pay", Commit: "0123456789abcdef", Base: "v0"}
	for i, p := range []struct {
		kind string
		line int
		end  int
	}{{"stmt", 4, 4}, {"then", 4, 6}, {"stmt", 7, 7}} {
		s := coverage.Site{StableID: fmt.Sprint(i), Package: b.Package, File: "refund.go", Line: p.line, EndLine: p.end, Func: "Refund", Kind: p.kind}
		if s.Lines = [][2]int{{p.line, p.line}}; p.kind == "then" {
			s.Lines = [][2]int{{5, 5}}
		}
		b.Sites = append(b.Sites, s)
	}
	b.Components = []coverage.Component{{Name: b.Package, Sites: []int{0, 1, 2}}}
	first := now.Add(-3 * time.Minute).UnixNano()
	return coverage.Merge([]*coverage.Process{
		{Place: "10.0.0.1:57005", Host: "pay-1", PID: 1, Started: now, Build: b, Counts: []uint64{1, 0, 1}, First: []int64{first, 0, first}},
		{Place: "10.0.0.2:57005", Host: "pay-2", PID: 1, Started: now, Build: b, Counts: []uint64{1, 0, 0}, First: []int64{first + 1, 0, 0}},
	})[0]
}

func show(t *testing.T, o view.Options) string {
	t.Helper()
	o.Now, o.Filter.Order = now, coverage.IDAscending
	var b strings.Builder
	if err := view.Print(&b, []*coverage.Release{release()}, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const head = `pay v1 (0123456789, base v0): 2 of 3 points covered (66%)
2 processes; 1 point ran in all that have them, 1 in some, 1 in none

`

func TestPoints(t *testing.T) {
	t.Parallel()
	want := head + `   COUNT  RAN IN  POSITION       FUNC    KIND  FIRST HIT
✓      2  2 of 2  refund.go:4    Refund  stmt  3 min ago, pay-1
✗      0  0 of 2  refund.go:4-6  Refund  then
✓      1  1 of 2  refund.go:7    Refund  stmt  3 min ago, pay-1
`
	if diff := cmp.Diff(want, show(t, view.Options{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	want := head + `OWNER  COVERED       IN SOME  NEVER
@a      2 of 3  66%        1      1
@b      2 of 3  66%        1      1
`
	owners := func(*coverage.Release) func(*coverage.Site) []string {
		return func(*coverage.Site) []string { return []string{"@b", "@a"} }
	}
	if diff := cmp.Diff(want, show(t, view.Options{By: "owner", Owners: owners})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func source(f files) func(*coverage.Release) view.Files {
	return func(*coverage.Release) view.Files { return f }
}

func TestSource(t *testing.T) {
	t.Parallel()
	want := head + `refund.go (the work tree's file differs, this is the commit's)
  2
  3 func Refund(n int) error {
    · then of Refund never ran in 2 processes
✓ 4     if n > 100 {
✗ 5         return tooMuch(n) // 返金, and a comment that is longer than a narrow terminal is wide
  6     }
~ 7     log("refund")
  8     return nil
`
	if diff := cmp.Diff(want, show(t, view.Options{Source: source(files{text, "the work tree's file differs, this is the commit's", true})})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = head + `refund.go (its source is not at hand)
✗ 4: then of Refund never ran in 2 processes
`
	if diff := cmp.Diff(want, show(t, view.Options{Source: source(files{})})); diff != "" {
		t.Errorf("without source (-want +got):\n%s", diff)
	}
	if got := show(t, view.Options{Source: source(files{"package pay\n", "", true})}); !strings.Contains(got, "✗ 4: then of Refund never ran") {
		t.Errorf("got %s of a file that is shorter, want the place", got)
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestWidths: no line is wider than the screen, with and without colours.
func TestWidths(t *testing.T) {
	t.Parallel()
	for _, width := range []int{20, 40, 60, 160} {
		for name, o := range map[string]view.Options{
			"points": {}, "source": {Source: source(files{text, "a note that is quite long for narrow terminals", true})}, "totals": {By: "func"},
		} {
			o.Screen = terminal.Screen{Terminal: true, Width: width, Height: 24}
			plain := show(t, o)
			o.Screen.Colours = true
			coloured := show(t, o)
			if diff := cmp.Diff(plain, escapes.ReplaceAllString(coloured, "")); diff != "" {
				t.Errorf("%s, %d columns, in colours (-without +with):\n%s", name, width, diff)
			}
			if name != "totals" && coloured == plain {
				t.Errorf("%s: got no colours", name)
			}
			for line := range strings.Lines(plain) {
				if got := terminal.Columns(strings.TrimSuffix(line, "\n")); got > width {
					t.Errorf("%s: got a line of %d columns, want %d at most: %s", name, got, width, line)
				}
			}
		}
	}
}

// TestNarrowHeading: a narrow heading still says how much has run.
func TestNarrowHeading(t *testing.T) {
	t.Parallel()
	got := show(t, view.Options{Screen: terminal.Screen{Terminal: true, Width: 50, Height: 24}, By: "func"})
	want := `pay v1 (0123456789, base v0):
  2 of 3 points covered (66%)
2 processes;
  1 point ran in all that have them, 1 in some, 1…
`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want it to begin with %s", got, want)
	}
}

// TestHostileNames: hostile names do not reach a terminal.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	bad := "\x1b]0;x\a\u009b2J\u202e"
	b := &coverage.Build{App: bad, Version: bad, Base: bad, Commit: bad, Sites: []coverage.Site{{StableID: bad, Package: bad, File: bad, Line: 1, EndLine: 1 << 40, Lines: [][2]int{{-1 << 60, 1 << 60}}, Func: bad, Kind: bad}}}
	b.Components = []coverage.Component{{Name: bad, Sites: []int{0}}, {Name: bad + "2"}}
	r := coverage.Merge([]*coverage.Process{{Place: bad, Host: bad, Build: b, Counts: []uint64{0}}, {Place: "b", Build: b, Counts: []uint64{0}}})
	for _, o := range []view.Options{{}, {By: "func"}, {By: "component"}, {Source: source(files{bad + "\n" + bad, bad, true})}, {Source: source(files{})}} {
		o.Screen = terminal.Screen{Terminal: true, Width: 80, Height: 24}
		var out strings.Builder
		if err := view.Print(&out, r, o); err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexAny(out.String(), "\x1b\a\u009b\u202e"); i >= 0 {
			t.Errorf("got %q", out.String()[i:])
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	o := view.Options{}
	o.Filter.Order = coverage.IDAscending
	if err := view.PrintJSON(&out, nil, []*coverage.Release{release()}, []view.Problem{{Place: "p", Error: "no", Note: true}}, o); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	release := got["releases"].([]any)[0].(map[string]any)
	points := release["points"].([]any)
	last := points[2].(map[string]any)
	want := map[string]any{
		"stableId": "2", "package": "example.com/pay", "file": "refund.go", "line": 7.0, "endLine": 7.0, "lines": []any{[]any{7.0, 7.0}}, "func": "Refund", "kind": "stmt",
		"state": "some", "count": 1.0, "ran": 1.0, "of": 2.0, "ranIn": []any{0.0}, "firstHit": "2026-11-22T09:57:00Z", "firstHitIn": 0.0,
	}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("point (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"total": 3.0, "covered": 2.0, "coveredRate": 66.0, "some": 1.0, "never": 1.0}, release["totals"]); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{map[string]any{"place": "p", "error": "no", "note": true}}, got["problems"]); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	for name, n := range map[string]int{"components": 1, "packages": 1, "files": 1, "funcs": 1, "owners": 0, "processes": 2, "points": 3} {
		if list, ok := release[name].([]any); !ok || len(list) != n {
			t.Errorf("%s: got %v, want a list of %d", name, release[name], n)
		}
	}
	if got["format"] != 2.0 {
		t.Errorf("got format %v, want 2", got["format"])
	}
}
