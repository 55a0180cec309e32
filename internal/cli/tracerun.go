package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/tracerun"
)

const traceFlagsHelp = `Usage: goat trace %s

The flags are those of go %s, goat's own (goat help %s), and these:

  -dir directory    where the run is written (default: GOAT_TRACE_DIR, else trace in
                    GOAT_DIR, else traces in goat's cache directory)
  -trace-scope s    what is recorded: package patterns or changed (default ./..., all
                    packages of the build's own modules)
  -values=false     record no values of variables
  -steps n          end the recording after n steps
  -bytes n          end it after n bytes (default 1 GiB)
  -policy p         block: the program waits for a slow disk; drop: it goes on, and
                    the gap is counted
`

const traceStoreHelp = `  -store s          segments: files in a folder (default); rows: also a database on
                    this machine, by goat-hub. A program that takes more steps than
                    -rows fails before it is recorded: it is run and counted first
  -rows n           how many steps are kept as rows; 0 for no limit (default 1000000)
`

// wantsHelp reports whether the first argument asks for help.
func wantsHelp(args []string) bool {
	return len(args) > 0 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help")
}

// runner returns what runs a command line, and the directory for its runs.
func (t *tracing) runner(l *tracerun.Line) (*tracerun.Runner, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the goat command: %w", err)
	}
	if t.getenv("GOAT") == "off" {
		return nil, errors.New("GOAT=off turns goat off in the program, and its recording; unset it")
	}
	t.dir = l.Dir
	t.settle()
	if t.dir, err = filepath.Abs(t.dir); err != nil {
		return nil, fmt.Errorf("finding the directory for runs: %w", err)
	}
	return &tracerun.Runner{Line: l, Goat: []string{self}, Stdin: t.stdin, Stdout: t.stdout.Unwrap(), Stderr: t.stderr, Getenv: t.getenv}, nil
}

func (t *tracing) run(args []string) (int, error) {
	if wantsHelp(args) {
		fmt.Fprintf(t.stdout, traceFlagsHelp+traceStoreHelp, "run [flags] package [arguments]", "build", "build")
		return exitOK, nil
	}
	l, err := tracerun.Parse(args)
	if err != nil {
		return 0, err
	}
	r, err := t.runner(l)
	if err != nil {
		return 0, err
	}
	if l.Store == "rows" {
		if _, err := t.findHub("rows"); err != nil {
			return 0, err
		}
	}
	runs, code, err := r.Record(t.dir)
	if err != nil {
		return 0, err
	}
	t.sayRuns(runs)
	if l.Store == "rows" {
		args := []string{"trace", "import", "-rows"}
		if l.Rows != tracerun.DefaultRows {
			args = append(args, "-rows-limit="+strconv.FormatUint(cmp.Or(l.Rows, math.MaxUint64), 10))
		}
		for _, run := range runs {
			if imported, err := t.hub(append(args, run)); err != nil || imported != 0 {
				return max(imported, exitError), err
			}
		}
	}
	return code, nil
}

func (t *tracing) test(args []string) (int, error) {
	if wantsHelp(args) {
		fmt.Fprintf(t.stdout, traceFlagsHelp, "test [flags] [packages] [flags of the tests]", "test", "test")
		return exitOK, nil
	}
	l, err := tracerun.ParseTest(args)
	if err != nil {
		return 0, err
	}
	if l.Store == "rows" {
		return 0, usagef("-store=rows is for goat trace run; goat trace import -rows stores the runs of tests")
	}
	r, err := t.runner(l)
	if err != nil {
		return 0, err
	}
	runs, code, err := r.Test(t.dir)
	if err != nil {
		return 0, err
	}
	t.sayRuns(runs)
	return code, nil
}

// sayRuns says what was recorded, and where.
func (t *tracing) sayRuns(dirs []string) {
	if len(dirs) == 0 {
		fmt.Fprintln(t.stderr, "goat trace: nothing was recorded: the program was not built with a trace scope, or says above why it records nothing")
	}
	for _, dir := range dirs {
		r, err := trace.Open(dir)
		if err != nil {
			t.warning(err.Error())
			continue
		}
		var steps uint64
		for _, tr := range r.Traces {
			steps += tr.Steps
		}
		text := fmt.Sprintf("run %.8s of %s: %s in %s; goat trace show %.8s", r.RunID, r.LaunchClass, count(int(steps), "step"), count(len(r.Traces), "goroutine"), r.RunID)
		if steps == 0 {
			text = fmt.Sprintf("run %.8s of %s has no steps: nothing in its trace scope has run", r.RunID, r.LaunchClass)
		}
		fmt.Fprintf(t.stderr, "goat trace: %s\n", terminal.Line(text))
		for _, p := range r.Problems {
			t.warning(p)
		}
	}
	if len(dirs) > 0 {
		fmt.Fprintf(t.stderr, "goat trace: in %s\n", terminal.Line(t.dir))
	}
}

func (t *tracing) estimate(args []string) (int, error) {
	if wantsHelp(args) {
		fmt.Fprintf(t.stdout, traceFlagsHelp+"  -json             print the numbers as JSON\n", "estimate [flags] package [arguments]", "build", "build")
		return exitOK, nil
	}
	l, err := tracerun.Parse(args)
	if err != nil {
		return 0, err
	}
	r, err := t.runner(l)
	if err != nil {
		return 0, err
	}
	e, code, err := r.Estimate()
	if err != nil {
		return 0, err
	}
	if l.JSON {
		text, err := json.Marshal(e)
		if err != nil {
			return 0, fmt.Errorf("encoding the estimate: %w", err)
		}
		fmt.Fprintf(t.stdout, "%s\n", text)
		return code, nil
	}
	least := ""
	if !e.Ended {
		least = "at least "
	}
	fmt.Fprintf(t.stdout, "%s%s, %d bytes of segments, %s, in %v\n", least, count(int(e.Steps), "step"), e.Bytes, count(int(e.Goroutines), "goroutine"), e.After.Round(time.Millisecond))
	return code, nil
}
