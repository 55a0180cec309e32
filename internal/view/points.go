package view

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/terminal"
)

// printPoints prints a line for each point that the filters show. With only one
// process it leaves out the columns for processes.
func (o *Options) printPoints(w io.Writer, r *coverage.Release) error {
	many := len(r.Processes) > 1
	table := terminal.Table{Above: "\n", Titles: []string{"", "COUNT", "POSITION", "FUNC", "KIND"}, Right: []int{1}, Width: o.Screen.Width, CutLeft: 2, Cut: 3}
	if many {
		table.Titles = []string{"", "COUNT", "RAN IN", "POSITION", "FUNC", "KIND", "FIRST HIT"}
		table.CutLeft, table.Cut = 3, 4
	}
	return table.Print(w, func(add terminal.AddRow) error {
		for _, i := range r.Select(o.Filter) {
			p := &r.Points[i]
			cells := []string{mark(p.State()), strconv.FormatUint(p.Count, 10), Position(&p.Site), p.Func, p.Kind}
			if many {
				cells = []string{cells[0], cells[1], fmt.Sprintf("%d of %d", p.Ran, p.Of), cells[2], cells[3], cells[4], o.firstHit(r, p)}
			}
			add(o.style(p.State()), cells...)
		}
		return nil
	})
}

// Position names the lines of a point: "a/b.go:3" or "a/b.go:3-5".
func Position(s *coverage.Site) string {
	text := s.Path() + ":" + strconv.Itoa(s.Line)
	if s.EndLine > s.Line {
		text += "-" + strconv.Itoa(s.EndLine)
	}
	return text
}

func mark(s coverage.State) string { return [...]string{"✗", "✓", "✓"}[s] }

// style is the colour of a state, "" on a screen without colours.
func (o *Options) style(s coverage.State) string {
	if !o.Screen.Colours {
		return ""
	}
	return [...]string{terminal.Red, terminal.Amber, terminal.Green}[s]
}

// firstHit says how long ago a point was first hit, and by which process.
func (o *Options) firstHit(r *coverage.Release, p *coverage.Point) string {
	if p.FirstIn == nil {
		return ""
	}
	return age(o.Now.Sub(p.First)) + " ago, " + r.Name(p.FirstIn)
}

// age writes a duration in its largest unit.
func age(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}
