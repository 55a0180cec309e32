package traceview

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
)

// ErrNoStep says that a trace has no such step.
type ErrNoStep struct{ Step, Last uint64 }

func (e ErrNoStep) Error() string {
	if e.Last == 0 {
		return fmt.Sprintf("the trace has no step %d: it has none at all", e.Step)
	}
	return fmt.Sprintf("the trace has no step %d; its last one is %d", e.Step, e.Last)
}

// State writes the open calls after a step, the innermost first, and what their
// variables held as far as it was recorded.
func State(out io.Writer, t *trace.Trace, step uint64, source *Source) error {
	w := t.Walk()
	defer w.Close()
	var at place
	var last uint64
	for {
		it, ok := w.Next()
		if ok && it.What == trace.Stepped {
			last = it.Step
		}
		switch {
		case at.call == nil && (!ok || it.What == trace.Stepped && it.Step > step):
			return ErrNoStep{step, last}
		case at.call != nil && (!ok || it.What == trace.Stepped || it.What == trace.Entered || it.What == trace.Left):
			if ok && it.What == trace.Entered {
				w.Calls = w.Calls[:len(w.Calls)-1]
			}
			return writeState(out, w.Calls, at, step, source)
		case it.What == trace.Stepped && it.Step == step:
			c := w.Calls[len(w.Calls)-1]
			at = place{c, c.At()}
		}
	}
}

// place is where a step is.
type place struct {
	call *trace.Call
	at   *trace.Location
}

func writeState(out io.Writer, calls []*trace.Call, at place, step uint64, source *Source) error {
	var b strings.Builder
	fmt.Fprintf(&b, "step %d\n", step)
	for i := len(calls) - 1; i >= 0; i-- {
		c := calls[i]
		where, text := position(c.File(), lineOf(c)), ""
		location := c.At()
		if c == at.call { // it may have gone on
			location = at.at
		}
		if location != nil {
			where = position(c.File(), location.Line)
			text = source.Line(c.Table, c.File(), location.Line)
		}
		fmt.Fprintf(&b, "%s\n", terminal.Line(strings.TrimSpace(lastName(c)+"  "+where+"  "+text)))
		if c.Function == nil {
			continue
		}
		for n, v := range c.Function.Variables {
			fmt.Fprintf(&b, "    %s\n", terminal.Line(v.Name+" "+v.Type+" = "+held(c, n, v)))
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// held says what a variable held.
func held(c *trace.Call, n int, v trace.Variable) string {
	switch {
	case v.Redacted:
		return "«redacted»"
	case n < len(c.Values) && c.Values[n].Kind != 0:
		return c.Values[n].String()
	case v.Unrecorded != "":
		return "not recorded: " + v.Unrecorded
	case v.Kind == "captured" || v.Kind == "global" || v.Kind == "heap":
		return "not written by this call so far"
	}
	return "not written so far, or its value was not recorded"
}

func lineOf(c *trace.Call) int {
	if c.Function == nil {
		return 0
	}
	return c.Function.Line
}

func lastName(c *trace.Call) string {
	name := c.Name()
	return name[strings.LastIndexByte(name, '/')+1:]
}

func variableName(c *trace.Call, n int) string {
	if c.Function == nil || n < 0 || n >= len(c.Function.Variables) {
		return "variable " + strconv.Itoa(n)
	}
	return c.Function.Variables[n].Name
}
