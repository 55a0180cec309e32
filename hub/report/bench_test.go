package report_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/page"
	"github.com/goat-trace/goat/hub/report/profile"
)

// largeModule has 100,000 lines in 400 files of 50 packages, and the profile of
// a process that ran half of it.
type largeModule struct {
	texts   map[string][]byte
	profile []byte
	changes *report.Changes // a tenth of the files, every third line
}

func (m *largeModule) Source(_ context.Context, name string) ([]byte, error) {
	return m.texts[name], nil
}

// function is one of a file's 25: ten lines with five blocks.
const function = `// Step%[1]d takes what is left of an order and says what to do with it.
func (l *Ledger) Step%[1]d(ctx context.Context, id string, left int) (int, error) {
	entry, err := l.entries.Find(ctx, id)
	if err != nil {
		return 0, fmt.Errorf("finding the entry %%s of step %[1]d: %%w", id, err)
	}
	if left > entry.Amount { left = entry.Amount }
	l.total += left
	return left * %[1]d, nil
}
`

const filesOfLargeModule, functionsOfFile = 400, 25

func newLargeModule() *largeModule {
	m := &largeModule{texts: make(map[string][]byte), changes: &report.Changes{Base: "base", Head: "head"}}
	var p strings.Builder
	p.WriteString("mode: count\n")
	for i := range filesOfLargeModule {
		name := fmt.Sprintf("example.com/large/p%d/file%d.go", i/8, i)
		var text strings.Builder
		fmt.Fprintf(&text, "package p%d\n", i/8)
		for f := range functionsOfFile {
			line := 1 + f*10
			fmt.Fprintf(&text, function, f)
			ran := (i + f) % 2
			for _, b := range [][5]int{{2, 84, 4, 16, 2 * ran}, {4, 16, 6, 3, 0}, {7, 2, 7, 26, ran}, {7, 26, 7, 48, 0}, {8, 2, 9, 24, 3 * ran}} {
				fmt.Fprintf(&p, "%s:%d.%d,%d.%d 2 %d\n", name, line+b[0], b[1], line+b[2], b[3], b[4])
			}
		}
		m.texts[name] = []byte(text.String())
		if i%10 == 0 {
			c := report.ChangedFile{Name: name, Path: strings.TrimPrefix(name, "example.com/large/")}
			for line := 1; line < functionsOfFile*10; line += 3 {
				c.Lines = append(c.Lines, [2]int{line, line})
			}
			m.changes.Files = append(m.changes.Files, c)
		}
	}
	m.profile = []byte(p.String())
	return m
}

// target is what each report of 100,000 lines may take, profile and source in
// memory.
const target = time.Second

// timed runs a benchmark's body and prints target and figure.
func timed(b *testing.B, what string, do func()) {
	do() // warm
	for b.Loop() {
		do()
	}
	took := b.Elapsed() / time.Duration(b.N)
	b.Logf("%s of 100,000 lines: %v, target %v", what, took.Round(time.Millisecond), target)
	b.ReportMetric(float64(target)/float64(took), "targets/op")
}

func BenchmarkLargeModule(b *testing.B) {
	m := newLargeModule()
	ctx := context.Background()
	p := parse(b, m.profile)
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("parse", func(b *testing.B) {
		timed(b, "parsing the profile", func() { parse(b, m.profile) })
	})
	b.Run("merge", func(b *testing.B) {
		timed(b, "merging ten profiles", func() { profile.Merge(p, p, p, p, p, p, p, p, p, p) })
	})
	b.Run("func", func(b *testing.B) {
		timed(b, "func report", func() {
			r, err := report.New(ctx, p, m)
			check(err)
			check(r.WriteFuncs(io.Discard))
			if r.Total.Covered == 0 || r.Total.Covered == r.Total.Statements || r.Missing > 0 {
				b.Fatalf("got a total of %v, %d files missing", r.Total, r.Missing)
			}
		})
	})
	b.Run("html", func(b *testing.B) {
		timed(b, "HTML report", func() {
			r, err := report.New(ctx, p, m)
			check(err)
			check(page.WriteReport(ctx, io.Discard, r, page.Heading{Title: "large"}))
		})
	})
	b.Run("incremental", func(b *testing.B) {
		timed(b, "incremental report", func() {
			r, err := report.Incremental(ctx, p, m.changes, m)
			check(err)
			check(page.WriteIncremental(ctx, io.Discard, r, page.Heading{Title: "large"}))
			if r.Covered == 0 || r.Partial == 0 || r.Missed == 0 {
				b.Fatalf("got %+v, want some of each", r.Counts)
			}
		})
	})
	b.Run("carry", func(b *testing.B) {
		shapes, err := report.ReadShapes(ctx, p, m)
		check(err)
		v := report.Version{Profile: p, Shapes: shapes}
		timed(b, "taking over an older commit's coverage", func() {
			if _, c := report.Carry(v, v); c.Changed > 0 {
				b.Fatalf("got %+v, want nothing changed", c)
			}
		})
	})
}
