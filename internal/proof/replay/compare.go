package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/trace"
)

// Log is what a goroutine did, an entry a line: "s 12" a step at line 12, "e 9" a
// call of the function at line 9, "l" its end, "w x=3" a value, "r 0=3" a result,
// "o true" a condition. "h p.X=3" is a value that a trace need not have.
type Log []string

// Printed returns the logs that the printing program has printed, by goroutine.
func Printed(output []byte) ([]Log, error) {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	var logs []Log
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &logs); err != nil {
		return nil, fmt.Errorf("reading what was printed: %w", err)
	}
	return logs, nil
}

// Recorded returns the logs of a run, by trace.
func Recorded(r *trace.Run) ([]Log, error) {
	if len(r.Problems) > 0 {
		return nil, errors.New(strings.Join(r.Problems, "; "))
	}
	var logs []Log
	for _, t := range r.Traces {
		log, err := logOf(t)
		if err != nil {
			return nil, fmt.Errorf("trace %d: %w", t.Number, err)
		}
		logs = append(logs, log)
	}
	return logs, nil
}

var address = regexp.MustCompile(`0x[0-9a-f]+`)

func logOf(t *trace.Trace) (Log, error) {
	var log Log
	w := t.Walk()
	defer w.Close()
	for {
		it, ok := w.Next()
		if !ok {
			return log, nil
		}
		var c *trace.Call
		if n := len(w.Calls); n > 0 {
			c = w.Calls[n-1]
		}
		value := address.ReplaceAllString(it.Value.String(), "*")
		switch it.What {
		case trace.Entered:
			log = append(log, fmt.Sprint("e ", c.Function.Line))
		case trace.Stepped:
			if c.At() == nil {
				return nil, fmt.Errorf("step %d has no location", it.Step)
			}
			log = append(log, fmt.Sprint("s ", c.At().Line))
		case trace.Wrote:
			log = append(log, "w "+c.Function.Variables[it.Variable].Name+"="+value)
		case trace.Resulted:
			log = append(log, fmt.Sprint("r ", it.Variable, "=")+value)
		case trace.Outcome:
			log = append(log, fmt.Sprint("o ", it.Met))
		case trace.Left:
			log = append(log, "l")
		case trace.Damaged:
			return nil, it.Err
		case trace.Gap:
			return nil, fmt.Errorf("%d steps are missing before step %d", it.Missing, it.Step+1)
		}
	}
}

// Parts counts what was compared: all entries, the values that a trace need not have,
// and those of them that it has.
type Parts struct{ Entries, All, Recorded int }

// Compare returns the first difference between what was printed and what was
// recorded, nil if there is none.
func Compare(printed, recorded []Log) (Parts, error) {
	var parts Parts
	if len(printed) != len(recorded) {
		return parts, fmt.Errorf("got %d traces, want %d", len(recorded), len(printed))
	}
	for i := range printed {
		p, err := compare(ended(printed[i]), ended(recorded[i]))
		parts.Entries += len(printed[i])
		parts.All += p.All
		parts.Recorded += p.Recorded
		if err != nil {
			return parts, fmt.Errorf("goroutine %d: %w", i+1, err)
		}
	}
	return parts, nil
}

// ended removes the ends of calls at a log's end: a goroutine's last call may not
// have returned when main does.
func ended(log Log) Log {
	for len(log) > 0 && log[len(log)-1] == "l" {
		log = log[:len(log)-1]
	}
	return log
}

func compare(printed, recorded Log) (Parts, error) {
	var parts Parts
	at := 0
	for i, want := range printed {
		got := "nothing more"
		if at < len(recorded) {
			got = recorded[at]
		}
		if rest, ok := strings.CutPrefix(want, "h "); ok {
			parts.All++
			if got == "w "+rest {
				parts.Recorded++
				at++
				continue
			}
			if name, _, _ := strings.Cut(rest, "="); strings.HasPrefix(got, "w "+name+"=") {
				return parts, fmt.Errorf("entry %d: got %q, want %q; before it %q", at, got, want, context(printed, i))
			}
			continue
		}
		if got != want {
			return parts, fmt.Errorf("entry %d: got %q, want %q; before it %q", at, got, want, context(printed, i))
		}
		at++
	}
	if at < len(recorded) {
		return parts, fmt.Errorf("entry %d: got %q, want nothing more", at, recorded[at])
	}
	return parts, nil
}

func context(log Log, i int) []string { return slices.Clone(log[max(0, i-8):i]) }
