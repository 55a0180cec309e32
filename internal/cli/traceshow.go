package cli

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
	"github.com/goat-trace/goat/internal/tracewalk"
)

// showing is one call of goat trace show.
type showing struct {
	trace, find, src string
	plain            bool
	at, from, to     uint64
	depth, n         int
}

func (t *tracing) show(args []string) error {
	fs := t.flags("show", "[run]")
	var s showing
	fs.StringVar(&s.trace, "trace", "", "a trace by its `number`, or by the function in which it begins, such as a test (default: the main goroutine's, else the longest)")
	fs.Uint64Var(&s.at, "at", 0, "print the variables at this `step` alone")
	fs.StringVar(&s.find, "find", "", "print the steps of all traces that are `looked for`: 118, refund.go:109, \"err == nil\", a function or a part of a line")
	fs.IntVar(&s.depth, "depth", 0, "fold calls that are deeper than `n`; 0 folds none")
	fs.Uint64Var(&s.from, "from", 0, "the first `step`")
	fs.Uint64Var(&s.to, "to", 0, "the last `step`; 0 is the trace's")
	fs.IntVar(&s.n, "n", 1000, "the most `lines`; 0 for no limit")
	fs.BoolVar(&s.plain, "plain", false, "print text on a terminal, too, as -at, -find, -depth, -from, -to and -n do")
	fs.StringVar(&s.src, "src", ".", "the `directory` of the source, for the text of lines")
	args, err := t.parse(fs, args)
	if err != nil {
		return err
	}
	o := traceview.Options{From: s.from, To: s.to, Depth: s.depth, Limit: s.n}
	if s.find != "" {
		if o.Find, err = traceview.ParseSearch(s.find); err != nil {
			return usageError{err}
		}
	}
	if abs, err := filepath.Abs(s.src); err == nil {
		o.Source = traceview.NewSource(abs)
	}
	r, err := t.open(args)
	if err != nil {
		return err
	}
	if o.Find != nil {
		return t.printFound(r, s, o)
	}
	tr, err := chosen(r, s.trace)
	if err != nil {
		return err
	}
	walk := tracewalk.Options{In: t.stdin, Out: t.stdout, Getenv: t.getenv, Source: o.Source}
	if !s.plain && s.prints(fs) == "" && tracewalk.Possible(walk) {
		code, err := tracewalk.Run(r, tr, walk)
		if err == nil && code != 0 {
			err = &exitCode{code: code}
		}
		return err
	}
	if s.at > 0 {
		return traceview.State(t.stdout, tr, s.at, o.Source)
	}
	if err := traceview.Head(t.stdout, r); err != nil {
		return err
	}
	_, err = t.printTree(tr, o)
	return err
}

// prints names a flag that asks for text, "" if none does.
func (s showing) prints(fs *flag.FlagSet) (name string) {
	fs.Visit(func(f *flag.Flag) {
		if f.Name != "trace" && f.Name != "src" && f.Name != "dir" {
			name = f.Name
		}
	})
	return name
}

func (t *tracing) printTree(tr *trace.Trace, o traceview.Options) (int, error) {
	fmt.Fprintf(t.stdout, "trace %d, goroutine %d, %s\n", tr.Number, tr.Goroutine, count(int(tr.Steps), "step"))
	return traceview.Tree(t.stdout, tr, o)
}

// printFound prints the steps that are looked for, of one trace or of all.
func (t *tracing) printFound(r *trace.Run, s showing, o traceview.Options) error {
	traces, where := r.Traces, "run "+r.RunID[:min(8, len(r.RunID))]
	if s.trace != "" || len(traces) == 0 {
		tr, err := chosen(r, s.trace)
		if err != nil {
			return err
		}
		traces, where = []*trace.Trace{tr}, fmt.Sprintf("trace %d", tr.Number)
	}
	if err := traceview.Head(t.stdout, r); err != nil {
		return err
	}
	found := 0
	for _, tr := range traces {
		some, err := traceview.Holds(tr, o)
		if err != nil {
			return err
		}
		if !some {
			continue
		}
		n, err := t.printTree(tr, o)
		if err != nil {
			return err
		}
		found += n
	}
	if found == 0 {
		return fmt.Errorf("no step of %s is %s", where, strconv.Quote(s.find))
	}
	return nil
}

func (t *tracing) export(args []string) error {
	fs := t.flags("export", "[run]")
	format := fs.String("format", "jsonl", "jsonl: a JSON object a line; chrome: the trace event format, for Perfetto; cypher: statements for a graph store; codetracer: a folder for CodeTracer, of one trace")
	o := fs.String("o", "", "the `folder` that -format=codetracer makes")
	src := fs.String("src", ".", "the `directory` of the source, which goes into that folder")
	one := fs.String("trace", "", "one trace by its `number`, or by the function in which it begins (default: all of them)")
	args, err := t.parse(fs, args)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"jsonl", "chrome", "cypher", "codetracer"}, *format) {
		return usagef("there is no format %q; write jsonl, chrome, cypher or codetracer", *format)
	}
	if (*format == "codetracer") != (*o != "") {
		return usagef("-format=codetracer and -o=FOLDER go together; write both or neither")
	}
	r, err := t.open(args)
	if err != nil {
		return err
	}
	if *one != "" || *format == "codetracer" {
		tr, err := chosen(r, *one)
		if err != nil {
			return err
		}
		r.Traces = []*trace.Trace{tr}
	}
	switch *format {
	case "chrome":
		return traceview.Chrome(t.stdout, r)
	case "cypher":
		return traceview.Cypher(t.stdout, r)
	case "codetracer":
		abs, err := filepath.Abs(*src)
		if err != nil {
			return fmt.Errorf("finding the source: %w", err)
		}
		return traceview.CodeTracer(*o, r, r.Traces[0], traceview.NewSource(abs))
	}
	for _, tr := range r.Traces {
		if err := traceview.JSONLines(t.stdout, tr); err != nil {
			return err
		}
	}
	return nil
}
