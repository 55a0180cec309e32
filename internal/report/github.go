package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// GitHub shows ten annotations of a kind for each step.
const mostAnnotations = 10

// GitHub writes workflow commands, which GitHub shows next to the changed lines. It
// shows only ten of a step, so neighbours in one function share one, and a last
// notice says how many more there are.
func GitHub(w io.Writer, r *Report) error {
	p := printer{w: w}
	var notes []note
	for _, release := range r.Releases {
		notes = append(notes, release.notes()...)
	}
	for i, n := range notes {
		if i == mostAnnotations {
			break
		}
		p.printf("::warning file=%s,line=%d,endLine=%d,title=%s::%s\n", property(n.file.Name), n.first, n.last, property("Never ran"), message(n.text()))
	}
	for _, release := range r.Releases {
		text := release.Title + ": " + release.Totals.summary() + "; " + release.Totals.lineSummary()
		if over := len(notes) - mostAnnotations; over > 0 {
			text += fmt.Sprintf("; %s more never ran and are not shown here", count(over, "place"))
		}
		p.printf("::notice title=%s::%s\n", property("Changed code"), message(text))
	}
	return p.err
}

// note is a message about some lines of a function.
type note struct {
	file        *File
	function    string
	first, last int
	points      []*Point
}

// notes joins neighbouring missing points of a function.
func (r *Release) notes() (list []note) {
	for _, p := range r.Missing() {
		first, last := p.span()
		if n := len(list); n > 0 && list[n-1].file == p.File && list[n-1].function == p.Func && first <= list[n-1].last+1 {
			list[n-1].last = max(list[n-1].last, last)
			list[n-1].points = append(list[n-1].points, p)
			continue
		}
		list = append(list, note{p.File, p.Func, first, last, []*Point{p}})
	}
	return list
}

func (n *note) text() string {
	if len(n.points) == 1 {
		return n.points[0].Sentence()
	}
	var lines []string
	for _, p := range n.points {
		lines = append(lines, fmt.Sprintf("line %d: %s", p.Line, p.Sentence()))
	}
	return strings.Join(lines, "\n")
}

// message escapes the text of a workflow command, and property the value of one of
// its parameters (actions/toolkit: command.ts).
func message(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(terminal.Text(text))
}

func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(text))
}
