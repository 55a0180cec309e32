package cli

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
)

const traceHelp = `Trace records and shows what the steps of a program were: which, in which order,
and with which values. See docs/tracing.md.

	goat trace run [flags] package [arguments]   builds a program and records it
	goat trace test [flags] [packages]           the same for go test, a run for each test binary
	goat trace start -for 10s [address]          records a running binary for a while
	goat trace estimate [flags] package [...]    counts what run would record
	goat trace ls [run]                          the runs in a directory, or a run's traces
	goat trace show [flags] [run]                the steps as a tree of calls; on a terminal
	                                             to walk through, in a pipe as text
	goat trace export [flags] [run]              the same for programs
	goat trace rm [-all] run...                  removes runs
	goat trace import|why|dap ...                stores runs, explains a value, serves an
	                                             editor; goat-hub does these

run, test and estimate take the flags of go build or go test, and goat's own, before
the package. Without -trace-scope all packages of the build's modules are recorded,
with values. Any other binary that was built with the setting trace (-trace-scope,
GOAT_TRACE_SCOPE) records if it is run with GOAT_TRACE_DIR.

A run is named by the beginning of its id; without one it is the newest. The
directory is -dir, else GOAT_TRACE_DIR, else trace in GOAT_DIR, else traces in goat's
cache directory. "goat trace show -h" lists the flags of show, and so on.`

func traceCommand() command {
	return command{
		name:  "trace",
		args:  strings.Join(traceNames(), "|") + " …",
		short: "record and show what the code did, step by step",
		long:  traceHelp,
		setup: func(*program, *flag.FlagSet) func([]string) error { return nil },
		drive: func(p *program, args []string) (int, error) {
			if len(args) == 0 {
				return 0, usagef("a subcommand is missing; write one of %s", strings.Join(traceNames(), ", "))
			}
			for _, sub := range traceSubcommands {
				if sub.name == args[0] {
					return sub.call(&tracing{program: p}, args[1:])
				}
			}
			return 0, usagef("there is no subcommand %q; write one of %s", args[0], strings.Join(traceNames(), ", "))
		},
	}
}

// traceSubcommand is a subcommand of goat trace.
type traceSubcommand struct {
	name string
	do   func(t *tracing, args []string) (int, error)
}

var traceSubcommands = []traceSubcommand{
	{"run", (*tracing).run},
	{"test", (*tracing).test},
	{"start", done((*tracing).start)},
	{"estimate", (*tracing).estimate},
	{"ls", done((*tracing).list)},
	{"show", done((*tracing).show)},
	{"export", done((*tracing).export)},
	{"rm", done((*tracing).remove)},
	{"import", hubs("import")},
	{"why", hubs("why")},
	{"dap", hubs("dap")},
}

// done is for a subcommand that has no exit code of its own.
func done(do func(t *tracing, args []string) error) func(*tracing, []string) (int, error) {
	return func(t *tracing, args []string) (int, error) { return exitOK, do(t, args) }
}

func traceNames() []string {
	var names []string
	for _, sub := range traceSubcommands {
		names = append(names, sub.name)
	}
	return names
}

func (s traceSubcommand) call(t *tracing, args []string) (int, error) {
	code, err := s.do(t, args)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK, nil
	}
	if err != nil && t.stdout.Err() != nil {
		return exitError, nil // Main prints the reason
	}
	return code, err
}

// tracing is one call of goat trace.
type tracing struct {
	*program
	dir string
}

// flags returns the flags that all subcommands have which read runs.
func (t *tracing) flags(name, args string) *flag.FlagSet {
	fs := flag.NewFlagSet("goat trace "+name, flag.ContinueOnError)
	fs.SetOutput(t.stdout)
	fs.Usage = func() {
		fmt.Fprintf(t.stdout, "Usage: goat trace %s [flags] %s\n\nFlags:\n\n", name, args)
		fs.PrintDefaults()
	}
	fs.StringVar(&t.dir, "dir", "", "the `directory` with the runs (default: GOAT_TRACE_DIR, else trace in GOAT_DIR, else in goat's cache)")
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
	t.settle()
	return fs.Args(), nil
}

// settle finds the directory with the runs if the user names none.
func (t *tracing) settle() {
	switch {
	case t.dir != "":
	case t.getenv("GOAT_TRACE_DIR") != "":
		t.dir = t.getenv("GOAT_TRACE_DIR")
	case t.getenv("GOAT_DIR") != "":
		t.dir = filepath.Join(t.getenv("GOAT_DIR"), "trace")
	default:
		t.dir = cache.Open(t.getenv).Folder(cache.Traces).Path()
	}
}
