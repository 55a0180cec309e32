package cli

import (
	"errors"
	"flag"
	"strings"

	"github.com/goat-trace/goat/internal/tracerun"
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
	goat trace import|why|look ...               stores runs, explains a value, shows runs
	                                             as pages; goat-hub does these

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
	{"look", hubs("look")},
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
	var failed tracerun.Failed
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK, nil
	case err != nil && t.stdout.Err() != nil:
		return exitError, nil // Main prints the reason
	case errors.As(err, &failed):
		return failed.Code, nil // the go command has said why
	case errors.As(err, &tracerun.UsageError{}):
		return 0, usageError{err}
	}
	return code, err
}
