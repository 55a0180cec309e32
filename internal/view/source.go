package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/terminal"
)

// How many lines are shown around a point, and of a long point itself.
const (
	context  = 2
	maxLines = 12
	tabWidth = 4
)

// printSource prints the source around each point that never ran, file by file. If
// a point's source is not available, it prints a line with the point's place.
func (o *Options) printSource(w io.Writer, r *coverage.Release) error {
	byFile := make(map[string][]int)
	var names []string
	for _, i := range r.Select(o.Filter) {
		p := &r.Points[i]
		if p.State() != coverage.Never {
			continue
		}
		name := p.Package + "\x00" + p.Path()
		if byFile[name] == nil {
			names = append(names, name)
		}
		byFile[name] = append(byFile[name], i)
	}
	files := o.Source(r)
	for _, name := range names {
		if err := o.printFile(w, r, files, byFile[name]); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		fmt.Fprintln(w, "\n"+o.fit("Every point of these has run."))
	}
	return nil
}

// printFile prints the code of one file that never ran.
func (o *Options) printFile(w io.Writer, r *coverage.Release, files Files, points []int) error {
	slices.SortStableFunc(points, func(a, b int) int { return cmp.Compare(r.Points[a].Line, r.Points[b].Line) })
	site := &r.Points[points[0]].Site
	text, note, ok := files.Text(site)
	if !ok {
		note = "its source is not at hand"
	}
	head := terminal.Line(site.Path())
	if note != "" {
		head += " (" + terminal.Line(note) + ")"
	}
	fmt.Fprintf(w, "\n%s\n", o.paint(terminal.Bold, o.fit(head)))
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	s := sheet{Options: o, w: w, lines: lines, states: o.lineStates(r, site)}
	s.notes = make(map[int][]string)
	for _, i := range points {
		p := &r.Points[i]
		what := fmt.Sprintf("%s of %s never ran", p.Kind, p.Func)
		if p.Of > 1 {
			what += fmt.Sprintf(" in %d processes", p.Of)
		}
		if !ok || p.Line > len(lines) || p.Line < 1 {
			fmt.Fprintln(w, o.paint(terminal.Red, o.fit(fmt.Sprintf("✗ %d: %s", p.Line, terminal.Line(what)))))
			continue
		}
		s.notes[p.Line] = append(s.notes[p.Line], what)
		s.show(p.Line-context, min(p.EndLine, p.Line+maxLines-1)+context)
	}
	s.print()
	return nil
}

// lineStates returns the state of each line for which a point vouches. If several
// points do, the one that ran least counts.
func (o *Options) lineStates(r *coverage.Release, site *coverage.Site) map[int]coverage.State {
	states := make(map[int]coverage.State)
	mark := func(line int, s coverage.State) {
		if old, known := states[line]; !known || s < old {
			states[line] = s
		}
	}
	for i := range r.Points {
		p := &r.Points[i]
		if p.File != site.File || p.Package != site.Package {
			continue
		}
		for _, lines := range p.Lines {
			for line := lines[0]; line <= min(lines[1], lines[0]+maxSpan); line++ {
				mark(line, p.State())
			}
		}
	}
	for i := range r.Points {
		if p := &r.Points[i]; p.File == site.File && p.Package == site.Package && p.State() == coverage.Never && len(p.Lines) == 0 {
			for line, last := p.Line+1, inside(&p.Site); line <= min(last, p.Line+maxSpan); line++ {
				if _, known := states[line]; !known {
					states[line] = coverage.Never
				}
			}
		}
	}
	return states
}

// inside returns the last line that surely belongs to a branch, whose first line is
// its header. The line with the closing brace may also belong to another branch, as
// in "} else {".
func inside(s *coverage.Site) int {
	switch s.Kind {
	case "then", "else", "loop":
		return s.EndLine - 1
	case "case", "default":
		return s.EndLine
	}
	return s.Line
}

// maxSpan limits how many lines a page may claim for one point.
const maxSpan = 100_000

// sheet is the shown lines of a file.
type sheet struct {
	*Options
	w      io.Writer
	lines  []string
	states map[int]coverage.State
	notes  map[int][]string // by the line that they come before
	shown  [][2]int         // ranges, ascending
}

// show adds lines, 1-based and inclusive. Ranges must come in the order of their
// first lines.
func (s *sheet) show(first, last int) {
	first, last = max(first, 1), min(last, len(s.lines))
	if n := len(s.shown); n > 0 && first <= s.shown[n-1][1]+1 {
		s.shown[n-1][1] = max(s.shown[n-1][1], last)
		return
	}
	s.shown = append(s.shown, [2]int{first, last})
}

func (s *sheet) print() {
	digits := 0
	if n := len(s.shown); n > 0 {
		digits = len(fmt.Sprint(s.shown[n-1][1]))
	}
	for i, lines := range s.shown {
		if i > 0 {
			fmt.Fprintln(s.w, s.paint(terminal.Faint, "  "+strings.Repeat(" ", digits)+" ⋮"))
		}
		for n := lines[0]; n <= lines[1]; n++ {
			for _, note := range s.notes[n] {
				s.line(" ", strings.Repeat(" ", digits), "· "+terminal.Line(note), terminal.Faint)
			}
			mark, style := " ", ""
			if state, known := s.states[n]; known {
				mark, style = s.gutter(state)
			}
			s.line(mark, fmt.Sprintf("%*d", digits, n), expand(s.lines[n-1]), style)
		}
	}
}

// line prints one line, never wider than the screen.
func (s *sheet) line(mark, number, text, style string) {
	fmt.Fprintln(s.w, s.paint(style, s.fit(strings.TrimRight(mark+" "+number+" "+text, " "))))
}

func (s *sheet) gutter(state coverage.State) (mark, style string) {
	return [...]string{"✗", "~", "✓"}[state], [...]string{terminal.Red, terminal.Amber, terminal.Green}[state]
}

// expand replaces tabs by blanks, and makes a line safe to show.
func expand(line string) string {
	line = strings.TrimSuffix(line, "\r")
	if !strings.Contains(line, "\t") {
		return terminal.Line(line)
	}
	var b strings.Builder
	column := 0
	for i, part := range strings.Split(line, "\t") {
		if i > 0 {
			blanks := tabWidth - column%tabWidth
			b.WriteString(strings.Repeat(" ", blanks))
			column += blanks
		}
		part = terminal.Line(part)
		b.WriteString(part)
		column += terminal.Columns(part)
	}
	return b.String()
}
