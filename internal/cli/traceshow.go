package cli

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
)

func (t *tracing) show(args []string) error {
	fs := t.flags("show", "[run]")
	number := fs.Uint64("trace", 0, "the `number` of a trace (default: the main goroutine's, else the longest)")
	at := fs.Uint64("at", 0, "show the variables at this `step` alone")
	find := fs.String("find", "", "show steps alone that are `looked for`: 118, refund.go:109, \"err == nil\", a function or a part of a line")
	depth := fs.Int("depth", 0, "fold calls that are deeper than `n`; 0 folds none")
	from := fs.Uint64("from", 0, "the first `step`")
	to := fs.Uint64("to", 0, "the last `step`; 0 is the trace's")
	n := fs.Int("n", 1000, "the most `lines`; 0 for no limit")
	src := fs.String("src", ".", "the `directory` of the source, for the text of lines")
	args, err := t.parse(fs, args)
	if err != nil {
		return err
	}
	o := traceview.Options{From: *from, To: *to, Depth: *depth, Limit: *n}
	if *find != "" {
		if o.Find, err = traceview.ParseSearch(*find); err != nil {
			return usageError{err}
		}
	}
	if abs, err := filepath.Abs(*src); err == nil {
		o.Source = traceview.NewSource(abs)
	}
	r, err := t.open(args)
	if err != nil {
		return err
	}
	tr, err := chosen(r, *number)
	if err != nil {
		return err
	}
	if *at > 0 {
		return traceview.State(t.stdout, tr, *at, o.Source)
	}
	if err := traceview.Head(t.stdout, r); err != nil {
		return err
	}
	fmt.Fprintf(t.stdout, "trace %d, goroutine %d, %s\n", tr.Number, tr.Goroutine, count(int(tr.Steps), "step"))
	found, err := traceview.Tree(t.stdout, tr, o)
	if err == nil && o.Find != nil && found == 0 {
		return fmt.Errorf("no step of trace %d is %s", tr.Number, strconv.Quote(*find))
	}
	return err
}

func (t *tracing) export(args []string) error {
	fs := t.flags("export", "[run]")
	format := fs.String("format", "jsonl", "jsonl: a JSON object a line; chrome: the trace event format, for Perfetto")
	number := fs.Uint64("trace", 0, "the `number` of a trace; 0 is all of them")
	args, err := t.parse(fs, args)
	if err != nil {
		return err
	}
	if *format != "jsonl" && *format != "chrome" {
		return usagef("there is no format %q; write jsonl or chrome", *format)
	}
	r, err := t.open(args)
	if err != nil {
		return err
	}
	if *number > 0 {
		tr, err := chosen(r, *number)
		if err != nil {
			return err
		}
		r.Traces = []*trace.Trace{tr}
	}
	if *format == "chrome" {
		return traceview.Chrome(t.stdout, r)
	}
	for _, tr := range r.Traces {
		if err := traceview.JSONLines(t.stdout, tr); err != nil {
			return err
		}
	}
	return nil
}
