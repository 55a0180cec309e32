package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const source = `package pay

func Refund(n int) error {
	if err := check(n); err != nil {
		return err
	}
	if n > 100 { //goat:ignore until=2027-03-01 the sandbox has no large refunds
		return tooMuch(n)
	}
	if n == 7 { //goat:ignore until=2026-01-31 until the flag is gone
		seven()
	}
	log("refund"); note(n)
	return nil
}
`

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// files are the sources of a release. All files have the same text, whatever their
// name.
type files string

func (f files) Text(*coverage.Site) (string, string, bool) { return string(f), "", f != "" }
func (f files) Path(s *coverage.Site) (string, bool)       { return "svc/" + s.File, true }
func (f files) Owners(*coverage.Site) []string             { return []string{"@org/payments"} }

type site struct {
	kind     string
	line     int
	end      int
	vouches  int
	function string
}

func build(file string, sites ...site) *coverage.Build {
	b := &coverage.Build{App: "pay", Version: "v1", Package: "example.com/svc/pay", Commit: "0123456789abcdef", Base: "v0", Granularity: "patch"}
	c := coverage.Component{Name: b.Package}
	for i, s := range sites {
		one := coverage.Site{StableID: fmt.Sprintf("%016x", i+1), Package: b.Package, File: file, Line: s.line, EndLine: s.end, Func: s.function, Kind: s.kind}
		if s.vouches > 0 {
			one.Lines = [][2]int{{s.vouches, s.vouches}}
		}
		b.Sites = append(b.Sites, one)
		c.Sites = append(c.Sites, i)
	}
	b.Components = []coverage.Component{c}
	return b
}

// refund is the changed part of source.
func refund(file, function string) *coverage.Build {
	return build(file,
		site{"stmt", 4, 4, 4, function}, site{"then", 4, 6, 5, function}, site{"stmt", 7, 7, 7, function}, site{"then", 7, 9, 8, function},
		site{"stmt", 10, 10, 10, function}, site{"then", 10, 12, 11, function}, site{"stmt", 13, 13, 13, function}, site{"else", 10, 10, 0, function})
}

func releases(b *coverage.Build) []*coverage.Release {
	first := now.Add(-3 * time.Minute).UnixNano()
	return coverage.Merge([]*coverage.Process{
		{Place: "10.0.0.1:57005", Host: "pay-1", PID: 1, Started: now, Build: b, Counts: []uint64{1, 0, 1, 0, 1, 0, 1, 1}, First: []int64{first, 0, first, 0, first, 0, first, first}},
		{Place: "10.0.0.2:57005", Host: "pay-2", PID: 1, Started: now, Build: b, Counts: []uint64{1, 0, 1, 0, 1, 0, 0, 1}},
	})
}

func newReport(b *coverage.Build, text files) *report.Report {
	return report.New(report.Input{
		Releases: releases(b), Sources: func(*coverage.Release) report.Sources { return text }, Now: now, Goat: "v1.2.3",
		Problems: []report.Problem{{Place: "10.0.0.3:57005", Error: "no answer within 10s"}},
	})
}

func write(t *testing.T, name string, r *report.Report) string {
	t.Helper()
	f, err := report.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, r); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	r := newReport(refund("pay/refund.go", "(*Ledger).Refund"), source)
	for _, name := range report.FormatNames() {
		got := write(t, name, r)
		golden := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-golden +got; -update rewrites it):\n%s", name, diff)
		}
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	r := newReport(refund("pay/refund.go", "Refund"), source).Releases[0]
	want := report.Totals{Points: 8, Covered: 5, Missing: 2, Excused: 1, Some: 1, ErrorPaths: 1, Lines: 6, Ran: 4, Never: 2}
	if diff := cmp.Diff(want, r.Totals); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if got := r.Totals.Percent(); got != 71 {
		t.Errorf("got %d percent, want 5 of 7, 71", got)
	}
	var expired []int
	for _, p := range r.Points {
		if p.Expired {
			expired = append(expired, p.Line)
		}
	}
	if diff := cmp.Diff([]int{10, 10, 10}, expired); diff != "" {
		t.Errorf("points with an excuse that is over (-want +got):\n%s", diff)
	}
}

// An excuse still applies on its last day, and is over on the next one.
func TestExcuseEnds(t *testing.T) {
	t.Parallel()
	for day, excused := range map[string]int{"2026-01-31": 2, "2026-02-01": 1, "2027-03-01": 1, "2027-03-02": 0} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		r := report.New(report.Input{Releases: releases(refund("pay/refund.go", "Refund")), Sources: func(*coverage.Release) report.Sources { return files(source) }, Now: at.Add(23 * time.Hour)})
		if got := r.Releases[0].Totals.Excused; got != excused {
			t.Errorf("on %s: got %d excused points, want %d", day, got, excused)
		}
	}
}

func TestSides(t *testing.T) {
	t.Parallel()
	b := refund("pay/refund.go", "Refund")
	r := report.New(report.Input{Releases: releases(b), Tested: map[string]bool{b.Sites[0].StableID: true, b.Sites[1].StableID: true}, Now: now}).Releases[0]
	if diff := cmp.Diff(&report.Sides{Both: 1, Tests: 1, Programs: 4, Neither: 2}, r.Sides); diff != "" {
		t.Errorf("sides (-want +got):\n%s", diff)
	}
}

// Names and texts come from others: no format passes on anything that a terminal, a
// browser, a parser or a code host would interpret.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	hostile := "pay/\x1b[31m`|<img src=x onerror=alert(1)>%,:\n::error::\u202e@org.go"
	b := refund(hostile, "Refund[\x1b]0;x\a]\n::set-output name=x::y")
	b.App = "<script>alert(1)</script>\x1b[2J"
	text := files(strings.Replace(source, "log(", "log(\"\x1b]0;</script><b>\u202e\", ", 1))
	r := newReport(b, text)
	r.Problems[0].Error = "\x1b[31m</p><script>"
	for _, name := range report.FormatNames() {
		got := write(t, name, r)
		if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }); i >= 0 {
			t.Errorf("%s: got %q in it", name, got[max(i-40, 0):min(i+40, len(got))])
		}
		switch name {
		case "json", "codequality", "sarif":
			if !json.Valid([]byte(got)) {
				t.Errorf("%s: got no JSON", name)
			}
		case "cobertura", "junit":
			if err := wellFormed(got); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case "html":
			body := got[strings.Index(got, "<body>"):]
			if strings.Contains(body, "<img") || strings.Contains(body, "<script>alert") || strings.Contains(body, "<b>\u202e") {
				t.Errorf("html: got markup of others in it")
			}
		case "markdown":
			if strings.Contains(got, "<img") || strings.Contains(got, "<script") || strings.Contains(got, "@org") || strings.Contains(got, "`") {
				t.Errorf("markdown: got markup of others in it:\n%s", got)
			}
		case "github":
			for line := range strings.Lines(got) {
				if !strings.HasPrefix(line, "::warning file=svc/pay/") && !strings.HasPrefix(line, "::notice title=") {
					t.Errorf("github: got the line %q", line)
				}
			}
		}
	}
}

func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Code without source, places without a release and releases without a process are
// reported, too.
func TestLittle(t *testing.T) {
	t.Parallel()
	static := coverage.Merge([]*coverage.Process{{Place: "./pay", Static: true, Build: refund("pay/refund.go", "Refund"), Counts: make([]uint64, 8)}})
	for _, r := range []*report.Report{
		newReport(refund("pay/refund.go", "Refund"), ""), report.New(report.Input{Now: now}), report.New(report.Input{Releases: static, Now: now}),
		report.New(report.Input{Releases: releases(build("x.go")), Now: now}),
	} {
		for _, name := range report.FormatNames() {
			write(t, name, r)
		}
	}
	if got := write(t, "text", report.New(report.Input{Releases: static, Now: now})); !strings.Contains(got, "0 of 8 points covered") {
		t.Errorf("a binary: got\n%s\nwant none of 8 points", got)
	}
}

func TestMergeProfile(t *testing.T) {
	t.Parallel()
	p, err := report.ReadCoverProfile(strings.NewReader(`mode: set
example.com/svc/pay/refund.go:3.26,4.34 1 0
example.com/svc/pay/refund.go:4.34,6.3 1 0
example.com/svc/pay/refund.go:7.2,7.13 1 0
example.com/svc/pay/refund.go:13.2,14.12 3 0
example.com/svc/pay/other.go:1.1,2.2 1 1
`))
	if err != nil {
		t.Fatal(err)
	}
	p.Add(newReport(refund("pay/refund.go", "Refund"), source).Releases[0])
	var got bytes.Buffer
	if err := p.Write(&got); err != nil {
		t.Fatal(err)
	}
	want := `mode: set
example.com/svc/pay/other.go:1.1,2.2 1 1
example.com/svc/pay/refund.go:3.26,4.34 1 1
example.com/svc/pay/refund.go:4.34,6.3 1 0
example.com/svc/pay/refund.go:7.2,7.13 1 1
example.com/svc/pay/refund.go:13.2,14.12 3 1
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
	for _, text := range []string{"", "x", "mode: set\nx", "mode: set\nmode: count\n", "mode: set\na.go:1.1,2.2 1\n", "mode: set\na.go:3.1,2.2 1 1\n", "a.go:1.1,2.2 1 1\n"} {
		if _, err := report.ReadCoverProfile(strings.NewReader(text)); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}

// BenchmarkReport writes the report of 100,000 changed lines.
func BenchmarkReport(b *testing.B) {
	const perFile, count = 1000, 100
	var text strings.Builder
	text.WriteString("package p\n\nfunc f() {\n")
	for i := range perFile {
		fmt.Fprintf(&text, "\tg(%d)\n", i)
	}
	text.WriteString("}\n")
	all := build("a.go")
	for i := range count * perFile {
		all.Sites = append(all.Sites, coverage.Site{
			StableID: fmt.Sprintf("%016x", i+1), Package: "example.com/p", File: fmt.Sprintf("p/f%d.go", i/perFile), Func: "f", Kind: "stmt",
			Line: 4 + i%perFile, EndLine: 4 + i%perFile, Lines: [][2]int{{4 + i%perFile, 4 + i%perFile}},
		})
	}
	counts := make([]uint64, len(all.Sites))
	for i := range counts {
		counts[i] = uint64(i % 3)
	}
	release := coverage.Merge([]*coverage.Process{{Place: "a", Build: all, Counts: counts}})
	for _, name := range report.FormatNames() {
		f, err := report.Find(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := report.New(report.Input{Releases: release, Sources: func(*coverage.Release) report.Sources { return files(text.String()) }, Now: now})
				if err := f.Write(io.Discard, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
