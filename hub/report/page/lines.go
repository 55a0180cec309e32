package page

import (
	"html/template"

	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/profile"
)

// Line is a line of source as pages show it.
type Line struct {
	Number int
	// State is what ran of the line: report.Covered, Partial or Missed; "" where no
	// block counts it.
	State report.State
	// Count is how often its most frequent part ran.
	Count uint64
	// Points are what goat's points say of the line; nil where none does.
	Points *report.PointState
	// Code is the coloured text, without a line end.
	Code template.HTML
}

// Lines returns the lines of a Go file with what ran of them. Where there is
// more than one block on a line, all count. blocks is nil when nothing is known.
func Lines(text []byte, blocks *profile.File) []Line {
	b := lineBuilder{blocks: blocks, html: make([]byte, 0, 2*len(text))}
	pieces(text, b.piece)
	return b.finish()
}

// lineBuilder collects the pieces of lines. The HTML of all lines is in one
// buffer until the end.
type lineBuilder struct {
	blocks *profile.File
	lines  []Line
	ends   []int // of each line in html
	html   []byte
	ran    bool // of the last line
	missed bool
	at     profile.Block // that the last position lay in
	known  bool
}

func (b *lineBuilder) piece(p piece) {
	for len(b.lines) < p.line {
		b.next()
	}
	if p.class != "" {
		b.html = append(append(append(b.html, `<span class="`...), p.class...), `">`...)
	}
	b.html = appendEscaped(b.html, p.text)
	if p.class != "" {
		b.html = append(b.html, "</span>"...)
	}
	if p.at.Line > 0 && b.blocks != nil {
		b.count(uint32(p.at.Line), uint32(p.at.Column))
	}
}

// next begins a line.
func (b *lineBuilder) next() {
	b.end()
	b.lines = append(b.lines, Line{Number: len(b.lines) + 1})
	b.ran, b.missed = false, false
}

// end settles the last line.
func (b *lineBuilder) end() {
	if len(b.lines) == 0 {
		return
	}
	b.ends = append(b.ends, len(b.html))
	line := &b.lines[len(b.lines)-1]
	switch {
	case b.ran && b.missed:
		line.State = report.Partial
	case b.ran:
		line.State = report.Covered
	case b.missed:
		line.State = report.Missed
	}
}

// count adds the block at a position to the last line.
func (b *lineBuilder) count(line, col uint32) {
	if !b.known || !b.at.Contains(line, col) {
		if b.at, b.known = b.blocks.At(line, col); !b.known {
			return
		}
	}
	if b.at.Count == 0 {
		b.missed = true
		return
	}
	b.ran = true
	last := &b.lines[len(b.lines)-1]
	last.Count = max(last.Count, b.at.Count)
}

func (b *lineBuilder) finish() []Line {
	b.end()
	all, start := string(b.html), 0
	for i, end := range b.ends {
		b.lines[i].Code = template.HTML(all[start:end]) //nolint:gosec // appendEscaped has written it
		start = end
	}
	return b.lines
}
