package traceview

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Options say what of a trace is shown.
type Options struct {
	From, To uint64  // steps; To 0 is the last
	Depth    int     // calls that are deeper are folded; 0 folds none
	Find     *Search // steps that are shown alone, nil for all
	Source   *Source // nil for none
	Limit    int     // lines, 0 for no limit
}

// Tree writes the steps of a trace, a line for each, indented by calls. It returns how
// many steps were found where some are looked for.
func Tree(out io.Writer, t *trace.Trace, o Options) (found int, err error) {
	w := bufio.NewWriter(out)
	defer w.Flush()
	tr := &tree{Options: o, w: w}
	walk := t.Walk()
	defer walk.Close()
	for {
		it, ok := walk.Next()
		if !ok || o.To > 0 && it.What == trace.Stepped && it.Step > o.To || o.Limit > 0 && tr.lines >= o.Limit {
			tr.end()
			if ok && o.Limit > 0 && tr.lines >= o.Limit {
				fmt.Fprintf(w, "… more follow; -from=%d goes on, -n=0 shows all\n", max(it.Step, 1))
			}
			return tr.found, nil
		}
		tr.item(walk, it)
		if tr.failed != nil {
			return tr.found, tr.failed
		}
	}
}

// tree is the state of Tree.
type tree struct {
	Options
	w      *bufio.Writer
	open   *line // the step whose line is being put together
	folded struct{ steps, calls int }
	lines  int
	found  int
	failed error
	params *line // a call whose parameters come
	rests  *line // a call whose results come
}

// item takes the next item.
func (t *tree) item(w *trace.Walk, it trace.Item) {
	depth := len(w.Calls)
	if t.Depth > 0 && depth > t.Depth {
		switch it.What {
		case trace.Stepped:
			t.folded.steps++
		case trace.Entered:
			t.folded.calls++
		}
		return
	}
	switch it.What {
	case trace.Wrote, trace.Outcome, trace.Resulted:
		t.value(w.Calls[depth-1], it)
		return
	case trace.Left:
		t.left(w, it)
		return
	}
	t.end()
	switch it.What {
	case trace.Entered:
		c := w.Calls[depth-1]
		t.params = &line{depth: depth - 1, where: position(c.File(), lineOf(c)), text: c.Name(), call: c}
	case trace.Stepped:
		t.step(w.Calls[depth-1], depth, it.Step)
	case trace.Gap:
		t.note(it.Step, "%s", gapText(it))
	case trace.Limit:
		t.note(it.Step, "%s", limitText(it.Limit))
	case trace.Started:
		t.note(it.Step, "%s", parentText(it.Parent))
	case trace.Ended:
		t.note(it.Step, "the goroutine ends")
	case trace.Damaged:
		t.note(it.Step, "a segment cannot be read: %v", it.Err)
	}
}

// gapText says how many steps are missing, and why.
func gapText(it trace.Item) string {
	if name := wire.LimitName(it.Limit); name != "" {
		return fmt.Sprintf("%d steps are left out here by the limit of %s", it.Missing, name)
	}
	return number(it.Missing) + " steps are missing here"
}

// limitText says why a recording has ended.
func limitText(limit uint64) string {
	switch limit {
	case wire.LimitStop:
		return "the recording ended here: it was stopped"
	case wire.LimitGone:
		return "the recording ended here: the hub has deleted the run"
	}
	return "the recording ended here: it has reached its limit of " + wire.LimitName(limit)
}

// parentText says which step has started a goroutine.
func parentText(p trace.Parent) string {
	if p.Trace > 0 {
		return fmt.Sprintf("started by step %d of trace %d", p.Step, p.Trace)
	}
	return fmt.Sprintf("started by goroutine %d, whose step was not recorded", p.Goroutine)
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

func lineOf(c *trace.Call) int {
	if c.Function == nil {
		return 0
	}
	return c.Function.Line
}

// step begins the line of a step.
func (t *tree) step(c *trace.Call, depth int, step uint64) {
	l := &line{step: step, depth: depth, where: "?", text: "a step", call: c}
	if at := c.At(); at != nil {
		l.where = position(c.File(), at.Line)
		l.text = t.Source.Line(c.Table, c.File(), at.Line)
		switch {
		case at.Kind == "round":
			l.text = "next round of " + l.text
		case l.text == "":
			l.text = at.Kind
		}
		l.text = strings.TrimSuffix(l.text, " {")
	}
	t.open = l
}

// value adds a value to the line that it belongs to. Behind a nested call there is a
// new one.
func (t *tree) value(c *trace.Call, it trace.Item) {
	var text string
	switch it.What {
	case trace.Outcome:
		text = map[bool]string{true: "yes", false: "no"}[it.Met]
	case trace.Resulted:
		text = it.Value.String()
	default:
		text = variableName(c, it.Variable) + " = " + it.Value.String()
	}
	switch {
	case it.What == trace.Resulted:
		if t.rests == nil {
			t.end()
			t.rests = &line{call: c}
		}
		t.rests.values = append(t.rests.values, text)
	case t.params != nil:
		t.params.values = append(t.params.values, text)
	case t.open != nil && t.open.call == c && t.open.step == c.Step:
		t.open.values = append(t.open.values, text)
	default:
		t.end()
		t.open = &line{step: 0, depth: 0, call: c, values: []string{text}, text: "", where: ""}
		t.open.depth = -1
		t.open.step = c.Step
	}
}

func variableName(c *trace.Call, n int) string {
	if c.Function == nil || n < 0 || n >= len(c.Function.Variables) {
		return "variable " + strconv.Itoa(n)
	}
	return c.Function.Variables[n].Name
}

// left writes the end of a call.
func (t *tree) left(w *trace.Walk, it trace.Item) {
	rests := t.rests
	t.rests = nil
	t.end()
	depth := len(w.Calls)
	c := w.Calls[depth-1]
	if t.Depth > 0 && depth == t.Depth {
		t.fold(depth)
	}
	text := "returns "
	if it.Unwound {
		text = "ends by a panic or runtime.Goexit "
	}
	l := &line{depth: depth, text: "← " + lastName(c) + " " + text}
	if rests != nil && it.Unwound {
		l.text += "with results "
	}
	if rests != nil {
		l.text += strings.Join(rests.values, ", ")
	}
	l.text = strings.TrimSpace(l.text)
	t.write(l, it)
}

func lastName(c *trace.Call) string {
	name := c.Name()
	return name[strings.LastIndexByte(name, '/')+1:]
}

// fold writes how much was folded.
func (t *tree) fold(depth int) {
	if t.folded.steps+t.folded.calls > 0 {
		n := t.folded
		t.folded.steps, t.folded.calls = 0, 0
		t.write(&line{depth: depth, text: fmt.Sprintf("… %d steps in %d calls", n.steps, n.calls)}, trace.Item{})
	}
}

// end writes the line that is being put together.
func (t *tree) end() {
	if l := t.params; l != nil {
		t.params = nil
		l.text = lastName(l.call) + "(" + strings.ReplaceAll(strings.Join(l.values, ", "), " = ", "=") + ")"
		l.values = nil
		t.write(l, trace.Item{})
	}
	if l := t.open; l != nil {
		t.open = nil
		if t.folded.steps+t.folded.calls > 0 {
			t.fold(max(l.depth, 1))
		}
		t.write(l, trace.Item{Step: l.step, What: trace.Stepped})
	}
}

func (t *tree) note(step uint64, format string, args ...any) {
	t.write(&line{text: "— " + fmt.Sprintf(format, args...) + " —"}, trace.Item{Step: step})
}

// write writes a line, if it is wanted.
func (t *tree) write(l *line, it trace.Item) {
	if l.step > 0 && l.step < t.From || l.step == 0 && t.From > 0 && it.Step < t.From {
		return
	}
	if t.Find != nil {
		if l.step == 0 || !t.Find.matches(l) {
			return
		}
		t.found++
	}
	step := ""
	if l.step > 0 {
		step = number(l.step)
	}
	indent := strings.Repeat("  ", max(l.depth-1, 0))
	text := l.text
	if l.depth < 0 { // the values that a step has written after a call
		step, indent = "", "  "
		text = "↳ step " + number(l.step) + ":"
	}
	if len(l.values) > 0 {
		text += "   " + strings.Join(l.values, ", ")
	}
	if l.where != "" {
		text = l.where + "  " + text
	}
	_, err := fmt.Fprintf(t.w, "%7s  %s%s\n", step, indent, terminal.Line(text))
	if t.failed == nil {
		t.failed = err
	}
	t.lines++
}

// when writes a time of day.
func when(nanoseconds int64) string { return time.Unix(0, nanoseconds).Format("15:04:05.000000") }
