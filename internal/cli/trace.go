package cli

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
)

const traceHelp = `Trace shows what the steps of a program were that was built with the setting trace
(-trace-scope, GOAT_TRACE_SCOPE) and run with GOAT_TRACE_DIR. See docs/tracing.md.

	goat trace ls [run]                  the runs in a directory, or a run's traces
	goat trace show [flags] [run]        the steps of a trace as a tree of calls
	goat trace export [flags] [run]      the same for programs
	goat trace rm [-all] run...          removes runs

A run is named by the beginning of its id; without one it is the newest. The
directory is -dir, else GOAT_TRACE_DIR, else trace in GOAT_DIR. "goat trace show -h"
lists the flags of show.`

func traceCommand() command {
	return command{
		name:  "trace",
		args:  "ls|show|export|rm …",
		short: "show what the changed code did, step by step",
		long:  traceHelp,
		setup: func(*program, *flag.FlagSet) func([]string) error { return nil },
		drive: func(p *program, args []string) (int, error) {
			if len(args) == 0 {
				return 0, usagef("a subcommand is missing; write ls, show, export or rm")
			}
			t := &tracing{program: p}
			do, ok := map[string]func([]string) error{"ls": t.list, "show": t.show, "export": t.export, "rm": t.remove}[args[0]]
			if !ok {
				return 0, usagef("there is no subcommand %q; write ls, show, export or rm", args[0])
			}
			err := do(args[1:])
			if errors.Is(err, flag.ErrHelp) {
				return exitOK, nil
			}
			if err != nil && p.stdout.Err() != nil {
				return exitError, nil // Main prints the reason
			}
			return exitOK, err
		},
	}
}

// tracing is one call of goat trace.
type tracing struct {
	*program
	dir string
}

// flags returns the flags that all subcommands have.
func (t *tracing) flags(name, args string) *flag.FlagSet {
	fs := flag.NewFlagSet("goat trace "+name, flag.ContinueOnError)
	fs.SetOutput(t.stdout)
	fs.Usage = func() {
		fmt.Fprintf(t.stdout, "Usage: goat trace %s [flags] %s\n\nFlags:\n\n", name, args)
		fs.PrintDefaults()
	}
	fs.StringVar(&t.dir, "dir", "", "the `directory` with the runs (default: GOAT_TRACE_DIR, else trace in GOAT_DIR)")
	return fs
}

func (t *tracing) parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var said strings.Builder
	usage := fs.Usage
	fs.Usage = func() {}
	fs.SetOutput(&said)
	err := fs.Parse(args)
	fs.SetOutput(t.stdout)
	if errors.Is(err, flag.ErrHelp) {
		usage()
		return nil, err
	}
	if err != nil {
		return nil, usageError{err}
	}
	switch {
	case t.dir != "":
	case t.getenv("GOAT_TRACE_DIR") != "":
		t.dir = t.getenv("GOAT_TRACE_DIR")
	case t.getenv("GOAT_DIR") != "":
		t.dir = filepath.Join(t.getenv("GOAT_DIR"), "trace")
	default:
		return nil, usagef("no directory is named; write -dir=DIRECTORY, or set GOAT_TRACE_DIR to the one that the program was run with")
	}
	return fs.Args(), nil
}

// warning says what could not be read. Everything else was read.
func (t *tracing) warning(text string) {
	fmt.Fprintf(t.stderr, "goat trace: %s\n", terminal.Line(text))
}

// find returns the folder of the named run, or of the newest run if there is no
// name.
func (t *tracing) find(name string) (string, error) {
	if name != "" {
		if _, err := os.Stat(filepath.Join(name, trace.RunFile)); err == nil {
			return name, nil
		}
	}
	dirs, err := trace.List(t.dir)
	if err != nil {
		return "", fmt.Errorf("%w; name the directory that the program was run with (-dir, GOAT_TRACE_DIR)", err)
	}
	if len(dirs) == 0 {
		return "", fmt.Errorf("there are no runs in %s; build with -trace-scope=changed and run with GOAT_TRACE_DIR=%s", t.dir, t.dir)
	}
	if name == "" {
		return dirs[len(dirs)-1], nil
	}
	var found []string
	for _, d := range dirs {
		if strings.HasPrefix(filepath.Base(d), name) {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("no run in %s begins with %q; \"goat trace ls\" lists them", t.dir, name)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%d runs in %s begin with %q; write more of the id", len(found), t.dir, name)
}

// open opens the run that the arguments name.
func (t *tracing) open(args []string) (*trace.Run, error) {
	if len(args) > 1 {
		return nil, usagef("it takes one run, got %q", args)
	}
	name := ""
	if len(args) == 1 {
		name = args[0]
	}
	dir, err := t.find(name)
	if err != nil {
		return nil, err
	}
	r, err := trace.Open(dir)
	if err != nil {
		return nil, err
	}
	for _, p := range r.Problems {
		t.warning(p)
	}
	return r, nil
}

func (t *tracing) list(args []string) error {
	args, err := t.parse(t.flags("ls", "[run]"), args)
	if err != nil {
		return err
	}
	if len(args) > 0 {
		r, err := t.open(args)
		if err != nil {
			return err
		}
		if err := traceview.Head(t.stdout, r); err != nil {
			return err
		}
		return traceview.Traces(t.stdout, r)
	}
	dirs, err := trace.List(t.dir)
	if err != nil {
		return err
	}
	return traceview.Runs(t.stdout, dirs, t.warning)
}

// chosen returns the trace with a number. Without a number it returns the main
// goroutine's, or else the one with the most steps.
func chosen(r *trace.Run, number uint64) (*trace.Trace, error) {
	var best *trace.Trace
	for _, t := range r.Traces {
		if number == t.Number {
			return t, nil
		}
		if best == nil || t.IsMain() && !best.IsMain() || t.IsMain() == best.IsMain() && t.Steps > best.Steps {
			best = t
		}
	}
	if number > 0 {
		return nil, fmt.Errorf("the run has no trace %d; \"goat trace ls %.8s\" lists them", number, r.RunID)
	}
	if best == nil {
		return nil, fmt.Errorf("the run %.8s has no steps: nothing in its trace scope has run, or it was killed before anything was written", r.RunID)
	}
	return best, nil
}

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

func (t *tracing) remove(args []string) error {
	fs := t.flags("rm", "run...")
	all := fs.Bool("all", false, "remove all runs of the directory")
	args, err := t.parse(fs, args)
	if err != nil {
		return err
	}
	var dirs []string
	switch {
	case *all && len(args) > 0:
		return usagef("-all stands beside runs; leave one of the two out")
	case *all:
		if dirs, err = trace.List(t.dir); err != nil {
			return err
		}
	case len(args) == 0:
		return usagef("it takes runs, or -all; \"goat trace ls\" lists them")
	}
	for _, name := range args {
		dir, err := t.find(name)
		if err != nil {
			return err
		}
		dirs = append(dirs, dir)
	}
	for _, dir := range dirs {
		if err := trace.Remove(dir); err != nil {
			return err
		}
	}
	return nil
}
