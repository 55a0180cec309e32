package traceview

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
)

// Runs writes a table of runs. What cannot be read of one is told to warn.
func Runs(out io.Writer, dirs []string, warn func(string)) error {
	table := terminal.Table{Titles: []string{"RUN", "STARTED", "PROGRAM", "BY", "TRACES", "STEPS", "BYTES", "END"}, Right: []int{4, 5, 6}}
	type row []string
	var rows []row
	for _, dir := range dirs {
		r, err := trace.Open(dir)
		if err != nil {
			warn(err.Error())
			continue
		}
		for _, p := range r.Problems {
			warn(p)
		}
		var steps uint64
		var bytes int64
		for _, t := range r.Traces {
			steps += t.Steps
			bytes += t.Bytes
		}
		end := "complete"
		if r.EndedAt.IsZero() {
			end = "it runs, or was killed"
		}
		rows = append(rows, row{
			r.RunID[:min(8, len(r.RunID))], r.CreatedAt.Local().Format(time.DateTime), r.LaunchClass, r.LaunchMethod,
			strconv.Itoa(len(r.Traces)), strconv.FormatUint(steps, 10), strconv.FormatInt(bytes, 10), end,
		})
	}
	return table.Print(out, func(add terminal.AddRow) error {
		for _, r := range rows {
			add("", r...)
		}
		return nil
	})
}

// Head writes what a run is, and its traces.
func Head(out io.Writer, r *trace.Run) error {
	_, err := fmt.Fprintf(out, "%s\n", terminal.Line(fmt.Sprintf("run %s of %s, by %s, %s", r.RunID, r.LaunchClass, r.LaunchMethod, r.CreatedAt.Local().Format(time.DateTime))))
	return err
}

// Traces writes a table of a run's traces.
func Traces(out io.Writer, r *trace.Run) error {
	table := terminal.Table{Titles: []string{"TRACE", "GOROUTINE", "STEPS", "SEGMENTS", "BYTES", "STARTED", "BEGINS IN"}, Right: []int{0, 1, 2, 3, 4}}
	return table.Print(out, func(add terminal.AddRow) error {
		for _, t := range r.Traces {
			name := strconv.FormatUint(t.Goroutine, 10)
			if t.IsMain() {
				name += " (main)"
			}
			add("", strconv.FormatUint(t.Number, 10), name, strconv.FormatUint(t.Steps, 10), strconv.Itoa(t.Segments), strconv.FormatInt(t.Bytes, 10), when(t.Started.UnixNano()), First(t))
		}
		return nil
	})
}

// First returns the name of the function in which a trace begins, "" if it is not
// known.
func First(t *trace.Trace) string {
	w := t.Walk()
	defer w.Close()
	for {
		it, ok := w.Next()
		if !ok {
			return ""
		}
		if (it.What == trace.Entered || it.What == trace.Stepped) && len(w.Calls) > 0 {
			return lastName(w.Calls[0])
		}
	}
}
