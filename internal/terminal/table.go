package terminal

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Table lays text out in columns.
type Table struct {
	Above  string // printed before the titles
	Titles []string
	Right  []int // those aligned to the right
	// Width is how wide a line may be, 0 for any width. If a line is too wide, two
	// columns are cut: CutLeft, which has names whose end says more, and Cut.
	Width        int
	CutLeft, Cut int
}

// AddRow adds a row to a table. style is an escape sequence, "" for none.
type AddRow func(style string, cells ...string)

// maxCell bounds what one long cell does to all rows.
const maxCell = 160

const gap = 2 // blanks between two columns

// Print prints the table; without rows it prints nothing. rows is called twice, to
// measure and to print, so that no table need be held in memory; an error of its
// first call comes before anything is printed.
func (t *Table) Print(out io.Writer, rows func(add AddRow) error) error {
	widths, count := make([]int, len(t.Titles)), -1 // without the titles
	measure := func(_ string, cells ...string) {
		count++
		for i, cell := range cells {
			widths[i] = min(max(widths[i], Columns(Word(cell))), maxCell)
		}
	}
	measure("", t.Titles...)
	if err := rows(measure); err != nil {
		return err
	}
	if count == 0 {
		return nil
	}
	w := bufio.NewWriter(out)
	defer w.Flush()
	w.WriteString(t.Above)
	t.narrow(widths)
	print := func(style string, cells ...string) {
		text := t.line(widths, cells)
		if style != "" {
			text = style + text + Plain
		}
		fmt.Fprintln(w, text)
	}
	print("", t.Titles...)
	return rows(print)
}

// narrow takes from the columns that may be cut what does not fit.
func (t *Table) narrow(widths []int) {
	if t.Width <= 0 {
		return
	}
	const least = 12
	over := gap*(len(widths)-1) - t.Width
	for _, width := range widths {
		over += width
	}
	for _, i := range []int{t.Cut, t.CutLeft} {
		if take := min(over, widths[i]-least); take > 0 {
			widths[i] -= take
			over -= take
		}
	}
}

// line lays out one row.
func (t *Table) line(widths []int, cells []string) string {
	var line strings.Builder
	for i, cell := range cells {
		cell = Word(cell)
		switch {
		case t.Width <= 0:
		case i == t.CutLeft:
			cell = CutLeft(cell, widths[i])
		default:
			cell = Cut(cell, widths[i])
		}
		pad := strings.Repeat(" ", max(widths[i]-Columns(cell), 0))
		if i > 0 {
			line.WriteString(strings.Repeat(" ", gap))
		}
		if slices.Contains(t.Right, i) {
			line.WriteString(pad + cell)
		} else {
			line.WriteString(cell + pad)
		}
	}
	text := strings.TrimRight(line.String(), " ")
	if t.Width > 0 {
		text = Cut(text, t.Width)
	}
	return text
}

// Styles are escape sequences of terminals (ECMA-48, SGR).
const (
	Green = "\x1b[32m"
	Red   = "\x1b[31m"
	Amber = "\x1b[33m"
	Faint = "\x1b[2m"
	Bold  = "\x1b[1m"
	Plain = "\x1b[0m" // ends them
)
