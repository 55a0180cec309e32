package report

import (
	"fmt"
	"io"
)

// printer remembers the first error of many writes.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// count writes a number followed by its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Place names a point's lines: "a/b.go:3" or "a/b.go:3-5".
func (p *Point) Place() string {
	if p.File == nil {
		return p.At
	}
	first, last := p.span()
	if last > first {
		return fmt.Sprintf("%s:%d-%d", p.File.Name, first, last)
	}
	return fmt.Sprintf("%s:%d", p.File.Name, first)
}

// Sentence says that a point never ran, and mentions its excuse if that is over.
func (p *Point) Sentence() string {
	text := p.What() + " never ran"
	if p.Of > 1 {
		text += fmt.Sprintf(" in %d processes", p.Of)
	}
	if p.ErrorPath {
		text += " (error path)"
	}
	if p.Excuse != nil && p.Expired {
		text += fmt.Sprintf("; its excuse ended on %s: %s", p.Excuse.Until.Format("2006-01-02"), p.Excuse.Reason)
	}
	return text
}

// summary says how much of a release has run.
func (t Totals) summary() string {
	text := fmt.Sprintf("%d of %s covered (%d%%)", t.Covered, count(t.Wanted(), "point"), t.Percent())
	if t.Excused > 0 {
		text += fmt.Sprintf(", %d excused", t.Excused)
	}
	return text
}

func (t Totals) lineSummary() string {
	if t.Lines == 0 {
		return "no changed lines"
	}
	return fmt.Sprintf("%d of %s ran, %d partly, %d never", t.Ran, count(t.Lines, "changed line"), t.Partly, t.Never)
}

// Sentence says what tests and programs ran.
func (s *Sides) Sentence() string {
	return fmt.Sprintf("%d ran in tests and here, %d in tests only, %d here only, %d in neither", s.Both, s.Tests, s.Programs, s.Neither)
}

// side says who ran a point.
func (p *Point) side() string {
	switch {
	case p.Ran > 0 && p.Tested:
		return "both"
	case p.Tested:
		return "tests"
	case p.Ran > 0:
		return "programs"
	}
	return "neither"
}
