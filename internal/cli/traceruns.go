package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
)

// runs returns the folders of all runs, oldest first. There are none in a directory
// that is not there, unless the user has named it.
func (t *tracing) runs() ([]string, error) {
	dirs, err := trace.List(t.dir)
	if errors.Is(err, fs.ErrNotExist) && t.dir == cache.Open(t.getenv).Folder(cache.Traces).Path() {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w; name the directory that the program was run with (-dir, GOAT_TRACE_DIR)", err)
	}
	return dirs, nil
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
	dirs, err := t.runs()
	if err != nil {
		return "", err
	}
	if len(dirs) == 0 {
		return "", fmt.Errorf("there are no runs in %s; record one with goat trace run or test, or name the directory that a program was run with (-dir, GOAT_TRACE_DIR)", t.dir)
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
	dirs, err := t.runs()
	if err != nil {
		return err
	}
	return traceview.Runs(t.stdout, dirs, t.warning)
}

// chosen returns a run's trace: by its number, or by the name of the function in which
// it begins, as tests do. Without a name it returns the main goroutine's, or else the
// one with the most steps.
func chosen(r *trace.Run, name string) (*trace.Trace, error) {
	number, err := strconv.ParseUint(name, 10, 64)
	var best *trace.Trace
	for _, t := range r.Traces {
		if name != "" && (err == nil && number == t.Number || err != nil && isFunction(traceview.First(t), name)) {
			return t, nil
		}
		if best == nil || t.IsMain() && !best.IsMain() || t.IsMain() == best.IsMain() && t.Steps > best.Steps {
			best = t
		}
	}
	switch {
	case name != "" && err == nil:
		return nil, fmt.Errorf("the run has no trace %d; \"goat trace ls %.8s\" lists them", number, r.RunID)
	case name != "":
		return nil, fmt.Errorf("no trace of run %.8s begins in a function named %q; \"goat trace ls %.8s\" lists them", r.RunID, name, r.RunID)
	case best == nil:
		return nil, fmt.Errorf("the run %.8s has no steps: nothing in its trace scope has run, or it was killed before anything was written", r.RunID)
	}
	return best, nil
}

// isFunction reports whether a function's name is what the user wrote, with or without
// its package.
func isFunction(full, name string) bool {
	_, last, _ := strings.Cut(full, ".")
	return full == name || last == name
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
		if dirs, err = t.runs(); err != nil {
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
