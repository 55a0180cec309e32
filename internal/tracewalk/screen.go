package tracewalk

import (
	"fmt"
	"io"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/traceview"
)

const (
	reverse = "\x1b[7m"
	clear   = "\x1b[K"
)

// paint writes a text in a style, if there are colours.
func (w *Walker) paint(style, text string) string {
	if !w.screen.Colours || text == "" {
		return text
	}
	return style + text + terminal.Plain
}

// draw shows everything.
func (w *Walker) draw() {
	w.screen = w.size()
	width, height := max(w.screen.Width, 20), max(w.screen.Height, 6)
	var lines []string
	switch {
	case w.help:
		lines = helpLines()
	case w.list != nil:
		lines = w.listLines(height - 2)
	default:
		pane := w.paneLines(max((height-3)/3, 1))
		lines = w.treeLines(height - 3 - len(pane))
		lines = append(append(lines, w.paint(terminal.Faint, strings.Repeat("─", width))), pane...)
	}
	var b strings.Builder
	b.WriteString("\x1b[H")
	put := func(line string) { b.WriteString(line + clear + "\r\n") }
	put(w.paint(terminal.Bold, terminal.Cut(terminal.Line(w.title()), width)))
	for i := range height - 2 {
		line := ""
		if i < len(lines) {
			line = fit(lines[i], width)
		}
		put(line)
	}
	b.WriteString(terminal.Cut(terminal.Line(w.statusLine()), width-1) + clear)
	_, _ = io.WriteString(w.out, b.String()) // a terminal that is gone says so by its keys
}

// fit cuts a line that may begin and end with a style.
func fit(line string, width int) string {
	style := ""
	for strings.HasPrefix(line, "\x1b[") {
		end := strings.IndexByte(line, 'm') + 1
		style, line = style+line[:end], line[end:]
	}
	if style == "" {
		return terminal.Cut(line, width)
	}
	return style + terminal.Cut(strings.TrimSuffix(line, terminal.Plain), width) + terminal.Plain
}

func (w *Walker) title() string {
	t := w.book.trace
	where := ""
	if r := w.book.row(w.at); r != nil && r.Kind != traceview.RowNote {
		where = " · " + r.ShortName()
	}
	return fmt.Sprintf("step %d of %d%s · trace %d, goroutine %d · run %.8s of %s", w.step(), w.lastStep(), where, t.Number, t.Goroutine, w.run.RunID, w.run.LaunchClass)
}

// statusLine is the line at the bottom.
func (w *Walker) statusLine() string {
	switch {
	case w.prompt:
		return "/" + w.typed + "▏"
	case w.message != "":
		return w.message
	case w.help:
		return "any key goes back"
	case w.list != nil:
		return "↑↓ choose  Enter goes there  Esc back"
	case w.inPane:
		return "↑↓ choose  Enter earlier and later values  Esc back"
	}
	return "↑↓ rows  ←→ fold  s in  b back  o over  u out  c caller  / find  n N  v variables  t traces  ? help  q quit"
}

// treeLines are the rows around the cursor, which stays on the screen.
func (w *Walker) treeLines(room int) []string {
	if room < 1 {
		return nil
	}
	above := []place{}
	for p := w.at; len(above) < room; {
		q, ok := w.folds.up(p)
		if !ok {
			break
		}
		above = append(above, q)
		p = q
	}
	below := []place{}
	for p := w.at; len(below) < room-1; {
		q, ok := w.folds.down(p)
		if !ok {
			break
		}
		below = append(below, q)
		p = q
	}
	// The cursor stays in its line if it can.
	w.line = min(max(w.line, room-1-len(below)), min(len(above), room-1))
	var lines []string
	for i := w.line - 1; i >= 0; i-- {
		lines = append(lines, w.rowLine(above[i], false))
	}
	lines = append(lines, w.rowLine(w.at, true))
	for i := 0; len(lines) < room && i < len(below); i++ {
		lines = append(lines, w.rowLine(below[i], false))
	}
	return lines
}

// rowLine is a row of the tree.
func (w *Walker) rowLine(p place, here bool) string {
	r := w.book.row(p)
	if r == nil {
		return ""
	}
	step := ""
	if r.Kind == traceview.RowStep {
		step = fmt.Sprint(r.Step)
	}
	fold := " "
	if r.Kind == traceview.RowCall {
		fold = "▾"
		if w.folds.folded(p) {
			fold = "▸"
		}
	}
	mark := " "
	if here {
		mark = ">"
	}
	text := r.Line(w.source)
	if end, ok := w.folds.ends[p]; ok {
		if e := w.book.row(end); e != nil && e.Kind == traceview.RowReturn {
			text += fmt.Sprintf("  … %d steps  %s", e.Step-r.Step, e.Line(nil))
		}
	}
	line := fmt.Sprintf("%s%9s %s%s %s", mark, step, strings.Repeat("  ", min(r.Indent(), 30)), fold, terminal.Line(text))
	switch {
	case here && w.screen.Colours:
		return reverse + line + terminal.Plain
	case r.Unwound:
		return w.paint(terminal.Red, line)
	case r.Kind == traceview.RowNote:
		return w.paint(terminal.Amber, line)
	case r.Kind == traceview.RowReturn || r.Kind == traceview.RowAgain:
		return w.paint(terminal.Faint, line)
	case r.Kind == traceview.RowCall:
		return w.paint(terminal.Bold, line)
	}
	return line
}

// paneLines are the variables at the cursor.
func (w *Walker) paneLines(room int) []string {
	vars := w.variables()
	if len(vars) == 0 {
		return []string{"no variables here"}
	}
	w.variable = min(max(w.variable, 0), len(vars)-1)
	from := 0
	if w.inPane && w.variable >= room {
		from = w.variable - room + 1
	}
	var lines []string
	for i := from; i < len(vars) && len(lines) < room; i++ {
		v := vars[i]
		mark := "  "
		if w.inPane && i == w.variable {
			mark = "> "
		}
		line := mark + terminal.Line(v.name+" = "+v.value)
		switch {
		case w.inPane && i == w.variable && w.screen.Colours:
			line = reverse + line + terminal.Plain
		case !v.set:
			line = w.paint(terminal.Faint, line)
		case v.step == w.step():
			line = w.paint(terminal.Green, line)
		}
		lines = append(lines, line)
	}
	if more := len(vars) - from - len(lines); more > 0 {
		lines[len(lines)-1] = fmt.Sprintf("  … %d more; v goes there", more+1)
	}
	return lines
}

// listLines are the choices of a list: values of a variable, or traces.
func (w *Walker) listLines(room int) []string {
	l := w.list
	l.chosen = min(max(l.chosen, 0), max(len(l.items)-1, 0))
	from := max(min(l.chosen-room/2, len(l.items)-room+1), 0)
	lines := []string{w.paint(terminal.Bold, terminal.Line(l.title))}
	for i := from; i < len(l.items) && len(lines) < room; i++ {
		mark := "  "
		if i == l.chosen {
			mark = "> "
		}
		line := mark + terminal.Line(l.items[i].text)
		if i == l.chosen && w.screen.Colours {
			line = reverse + line + terminal.Plain
		}
		lines = append(lines, line)
	}
	return lines
}

func helpLines() []string {
	return strings.Split(`↑ ↓, k j          the row before, the next one
PgUp PgDn, space  a screen up, down
Home End, g G     the trace's start and end
← →, h l          fold the call, unfold it
z Z               fold all calls that are deeper than this one, unfold all
s, Enter          the next step, into calls
b                 back: the step before
o O               over: the next step of this call, the one before
u                 out: the caller's next step
c                 the step that made this call
* #               the next step at this place of the code, the one before
/                 find: 118 (a step), refund.go:109, err == nil, amount == 5…,
                  a function, a part of a line
n N               what was looked for: the next, the one before
v, Tab            the variables; Enter shows a variable's earlier and later values
t [ ]             the run's traces; the one before, the next one
Esc               back; stops what takes long
Ctrl-Z            to the shell; fg comes back
q, Ctrl-C         the end`, "\n")
}
