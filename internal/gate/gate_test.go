package gate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/gate"
	"github.com/goat-trace/goat/internal/report"
)

var begin = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

const text = "package p\n\nfunc f() error {\n\ta()\n\tif err != nil {\n\t\treturn err\n\t}\n\tb()\n\treturn nil\n}\n"

type files struct{}

func (files) Text(*coverage.Site) (string, string, bool) { return text, "", true }
func (files) Path(s *coverage.Site) (string, bool)       { return s.File, true }
func (files) Owners(s *coverage.Site) []string           { return []string{"@" + s.Package} }

// build has a statement, an error path and a statement in each of two packages.
func build() *coverage.Build {
	b := &coverage.Build{App: "app", Package: "example.com/app", Commit: "0123456789", Base: "v1", BaseCommit: "abcdef0123", Source: "blame"}
	for _, pkg := range []string{"one", "two"} {
		for i, line := range []int{4, 6, 8} {
			b.Sites = append(b.Sites, coverage.Site{StableID: pkg + string(rune('0'+i)), Package: pkg, File: pkg + "/p.go", Line: line, EndLine: line, Lines: [][2]int{{line, line}}, Kind: "stmt"})
		}
	}
	b.Components = []coverage.Component{{Name: b.Package, Sites: []int{0, 1, 2, 3, 4, 5}}, {Name: "part", Sites: []int{3, 4, 5}}}
	return b
}

// read returns a reading of processes that have each run some points.
func read(at time.Duration, b *coverage.Build, processes ...[]uint64) *gate.Reading {
	var list []*coverage.Process
	for i, counts := range processes {
		list = append(list, &coverage.Process{Place: string(rune('a' + i)), Build: b, Counts: counts})
	}
	r := report.New(report.Input{Releases: coverage.Merge(list), Sources: func(*coverage.Release) report.Sources { return files{} }, Now: begin.Add(at)})
	return &gate.Reading{Report: r, Reached: len(list), Time: begin.Add(at)}
}

func rules(t *testing.T, texts ...string) (list []config.GateRule) {
	t.Helper()
	for _, text := range texts {
		rule, err := config.ParseGateRule(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, rule)
	}
	return list
}

func TestRules(t *testing.T) {
	t.Parallel()
	counts := []uint64{1, 0, 1, 1, 0, 0}
	for text, want := range map[string]bool{
		"50": true, "51": false, "66.6 package one": true, "66.7 package one": false, "34 package two": false, "33 owner @TWO": true,
		"50 component part": false, "33 component part": true, "0 kind error": true, "1 kind error": false, "75 kind plain": true, "76 kind plain": false,
		"100 package nowhere": true, "50 package ...": true, "100 kind loop": true,
	} {
		r := read(0, build(), counts).Report.Releases[0]
		if got := gate.Apply(rules(t, text), r, gate.Facts{})[0].Passed(); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
	// Error paths that a rule is about count in no other rule.
	results := gate.Apply(rules(t, "75", "0 kind error"), read(0, build(), counts).Report.Releases[0], gate.Facts{})
	if !results[0].Passed() || results[0].Totals.Points != 4 || results[1].Totals.Points != 2 {
		t.Errorf("got %+v, want 3 of 4 and 0 of 2", results)
	}
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	none, some, enough := make([]uint64, 6), []uint64{1, 0, 0, 0, 0, 0}, []uint64{1, 1, 1, 1, 1, 0}
	type step struct {
		at   time.Duration
		read func(time.Duration) *gate.Reading
		want string // "" goes on
	}
	of := func(counts ...[]uint64) func(time.Duration) *gate.Reading {
		return func(at time.Duration) *gate.Reading { return read(at, build(), counts...) }
	}
	for name, steps := range map[string][]step{
		"passes at once":             {{0, of(enough), "passed"}},
		"passes later":               {{0, of(none), ""}, {time.Minute, of(some), ""}, {2 * time.Minute, of(some, enough), "passed"}},
		"quiet":                      {{0, of(none), ""}, {time.Minute, of(some), ""}, {10 * time.Minute, of(some), ""}, {11 * time.Minute, of(some), "failed"}},
		"quiet from the beginning":   {{0, of(none), ""}, {10 * time.Minute, of(none), "failed"}},
		"time is over":               {{0, of(none), ""}, {9 * time.Minute, of(some), ""}, {18 * time.Minute, of(some), ""}, {30 * time.Minute, of(), "unknown"}},
		"time is over, all the same": {{0, of(), ""}, {29 * time.Minute, of(some), ""}, {30 * time.Minute, of(some), "failed"}},
		"nobody is no quiet":         {{0, of(), ""}, {20 * time.Minute, of(), ""}, {30 * time.Minute, of(), "unknown"}},
	} {
		g := gate.Gate{Rules: rules(t, "80"), Timeout: 30 * time.Minute, Quiet: 10 * time.Minute}
		for _, s := range steps {
			d := g.Step(s.read(s.at))
			got := ""
			if d.Done {
				got = d.Verdict.String()
			}
			if got != s.want {
				t.Errorf("%s at %v: got %q (%s), want %q", name, s.at, got, d.Why, s.want)
			}
			if !d.Done && d.Left <= 0 {
				t.Errorf("%s at %v: got %v left", name, s.at, d.Left)
			}
		}
	}
}

func TestCannotSay(t *testing.T) {
	t.Parallel()
	all := []uint64{1, 1, 1, 1, 1, 1}
	bare, other := build(), build()
	bare.Base, bare.BaseCommit, bare.Source = "", "", ""
	other.Commit = "fedcba"
	two := read(0, build(), all)
	two.Report.Releases = append(two.Report.Releases, read(0, other, all).Report.Releases...)
	static := read(0, build(), all)
	static.Report = report.New(report.Input{Releases: coverage.Merge([]*coverage.Process{{Place: "./app", Static: true, Build: build(), Counts: make([]uint64, 6)}})})
	for name, c := range map[string]struct {
		gate    gate.Gate
		reading *gate.Reading
		want    string
	}{
		"nobody":       {gate.Gate{}, read(0, build()), "no process was reached"},
		"bare build":   {gate.Gate{}, read(0, bare, all), "was built without line sets"},
		"two releases": {gate.Gate{}, two, "there are 2 releases: "},
		"other base":   {gate.Gate{Base: "v2"}, read(0, build(), all), "was compared with another base than v2"},
		"only binary":  {gate.Gate{}, static, "only a binary was read"},
		"no commit":    {gate.Gate{Commit: "999"}, &gate.Reading{Report: &report.Report{}, Reached: 1}, "nothing that was reached is built from commit 999"},
	} {
		d := c.gate.Step(c.reading)
		if !d.Done || d.Verdict != gate.Unknown || !strings.Contains(d.Why, c.want) {
			t.Errorf("%s: got %v %q, want unknown, %q", name, d.Verdict, d.Why, c.want)
		}
	}
	for _, base := range []string{"v1", "abcdef0"} {
		g := gate.Gate{Base: base}
		if d := g.Step(read(0, build(), all)); d.Verdict != gate.Passed {
			t.Errorf("base %s: got %v %q, want passed", base, d.Verdict, d.Why)
		}
	}
}

func TestParseRule(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "x", "101", "-1", "NaN", "80 package", "80 file x", "80 kind x", "80 package a b"} {
		if _, err := config.ParseGateRule(text); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
	rule, err := config.ParseGateRule(" 80.5%  owner @x ")
	if diff := cmp.Diff(config.GateRule{Min: 80.5, By: "owner", Pattern: "@x"}, rule); diff != "" || err != nil {
		t.Errorf("%v, rule (-want +got):\n%s", err, diff)
	}
}
