package traceview

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// record is a line of the JSON export. Its fields are promised in
// docs/compatibility.md.
type record struct {
	Trace     uint64   `json:"trace"`
	Goroutine uint64   `json:"goroutine"`
	What      string   `json:"what"` // call, step, write, outcome, result, return, unwind, gap, limit, damage, started, ended
	Step      uint64   `json:"step"` // of a write or an outcome the step that it is of; else the last one
	Time      int64    `json:"time"` // Unix nanoseconds of the last reading of the clock
	Depth     int      `json:"depth"`
	Function  string   `json:"function,omitempty"`
	File      string   `json:"file,omitempty"`
	Line      int      `json:"line,omitempty"`
	Kind      string   `json:"kind,omitempty"`
	Reads     []string `json:"reads,omitempty"`
	Writes    []string `json:"writes,omitempty"`
	Variable  string   `json:"variable,omitempty"`
	Value     *any     `json:"value,omitempty"`
	Text      string   `json:"text,omitempty"` // of a value, as people read it
	Met       *bool    `json:"met,omitempty"`
	Missing   uint64   `json:"missing,omitempty"`
	Limit     string   `json:"limit,omitempty"`  // of what, for a limit and for what one has left out
	Parent    *parent  `json:"parent,omitempty"` // what has started the goroutine
	Error     string   `json:"error,omitempty"`
}

// parent is a trace.Parent in JSON.
type parent struct {
	Trace     uint64 `json:"trace,omitempty"`
	Step      uint64 `json:"step,omitempty"`
	Goroutine uint64 `json:"goroutine,omitempty"`
}

var whatNames = map[trace.What]string{
	trace.Entered: "call", trace.Stepped: "step", trace.Wrote: "write", trace.Outcome: "outcome", trace.Resulted: "result",
	trace.Left: "return", trace.Gap: "gap", trace.Limit: "limit", trace.Damaged: "damage", trace.Started: "started", trace.Ended: "ended",
}

// JSONLines writes everything that happened in a trace, an object a line.
func JSONLines(out io.Writer, t *trace.Trace) error {
	w := bufio.NewWriter(out)
	defer w.Flush()
	walk := t.Walk()
	defer walk.Close()
	for {
		it, ok := walk.Next()
		if !ok {
			return w.Flush()
		}
		text, err := json.Marshal(newRecord(t, walk, it))
		if err != nil {
			return fmt.Errorf("encoding a step: %w", err)
		}
		if _, err := w.Write(append(terminal.JSON(text), '\n')); err != nil {
			return err
		}
	}
}

func newRecord(t *trace.Trace, w *trace.Walk, it trace.Item) record {
	r := record{Trace: t.Number, Goroutine: t.Goroutine, What: whatNames[it.What], Step: it.Step, Time: it.Time, Depth: len(w.Calls)}
	var c *trace.Call
	if n := len(w.Calls); n > 0 {
		c = w.Calls[n-1]
	}
	if c != nil && c.Function != nil {
		r.Function, r.File, r.Line = c.Name(), c.File(), c.Function.Line
	}
	switch it.What {
	case trace.Stepped:
		if at := c.At(); at != nil {
			r.Line, r.Kind = at.Line, at.Kind
			r.Reads, r.Writes = names(c, at.Reads), names(c, at.Writes)
		}
	case trace.Wrote:
		r.Step = c.Step
		r.Variable = variableName(c, it.Variable)
		r.setValue(it.Value)
	case trace.Resulted:
		r.Variable = resultName(c, it.Variable)
		r.setValue(it.Value)
	case trace.Outcome:
		r.Step, r.Met = c.Step, &it.Met
	case trace.Left:
		if it.Unwound {
			r.What = "unwind"
		}
	case trace.Gap:
		r.Missing, r.Limit = it.Missing, wire.LimitName(it.Limit)
	case trace.Limit:
		r.Limit = wire.LimitName(it.Limit)
	case trace.Started:
		r.Parent = &parent{it.Parent.Trace, it.Parent.Step, it.Parent.Goroutine}
	case trace.Damaged:
		r.Error = it.Err.Error()
	}
	return r
}

func (r *record) setValue(v trace.Value) {
	value := v.JSON()
	r.Value = &value
	if _, same := value.(string); !same || value != v.String() {
		r.Text = v.String()
	}
}

func names(c *trace.Call, variables []int) []string {
	list := make([]string, len(variables))
	for i, v := range variables {
		list[i] = variableName(c, v)
	}
	return list
}

func resultName(c *trace.Call, n int) string {
	if c.Function != nil && n >= 0 && n < len(c.Function.Results) && c.Function.Results[n].Name != "" {
		return c.Function.Results[n].Name
	}
	return fmt.Sprintf("result %d", n)
}

// chromeEvent is an event of the trace event format (Perfetto: "Chrome JSON
// trace").
type chromeEvent struct {
	Name string         `json:"name"`
	Ph   string         `json:"ph"`
	Ts   float64        `json:"ts"` // microseconds
	Pid  int            `json:"pid"`
	Tid  uint64         `json:"tid"`
	Args map[string]any `json:"args,omitempty"`
}

// Chrome writes the calls of a run's traces in the trace event format. The clock is
// read where an outermost call begins and ends; between two readings each event
// counts as a nanosecond, so that calls lie in each other.
func Chrome(out io.Writer, r *trace.Run) error {
	w := bufio.NewWriter(out)
	defer w.Flush()
	fmt.Fprint(w, "[")
	first := true
	write := func(e chromeEvent) error {
		text, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encoding a call: %w", err)
		}
		sep := ",\n"
		if first {
			sep, first = "\n", false
		}
		_, err = fmt.Fprint(w, sep, string(terminal.JSON(text)))
		return err
	}
	for _, t := range r.Traces {
		if err := chromeTrace(t, r, write); err != nil {
			return err
		}
	}
	fmt.Fprint(w, "\n]\n")
	return w.Flush()
}

func chromeTrace(t *trace.Trace, r *trace.Run, write func(chromeEvent) error) error {
	name := fmt.Sprintf("goroutine %d", t.Goroutine)
	if err := write(chromeEvent{Name: "thread_name", Ph: "M", Pid: r.PID, Tid: t.Number, Args: map[string]any{"name": name}}); err != nil {
		return err
	}
	walk := t.Walk()
	defer walk.Close()
	var clock int64
	open := 0
	start := r.CreatedAt.UnixNano()
	event := func(ph, name string) error {
		return write(chromeEvent{Name: name, Ph: ph, Ts: float64(clock-start) / 1e3, Pid: r.PID, Tid: t.Number})
	}
	for {
		it, ok := walk.Next()
		if !ok {
			break
		}
		clock = max(clock+1, it.Time)
		var err error
		switch {
		case it.What == trace.Entered:
			open++
			err = event("B", walk.Calls[len(walk.Calls)-1].Name())
		case it.What == trace.Left && open > 0:
			open--
			err = event("E", walk.Calls[len(walk.Calls)-1].Name())
		case it.What == trace.Gap:
			err = event("i", "steps are missing")
		}
		if err != nil {
			return err
		}
	}
	for ; open > 0; open-- {
		clock++
		if err := event("E", ""); err != nil {
			return err
		}
	}
	return nil
}
