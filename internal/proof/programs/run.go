package programs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// patience is how long a program may run on a busy machine.
const patience = 3 * time.Minute

// noSleep keeps the race detector from waiting a second at the end of each
// program.
const noSleep = "GORACE=atexit_sleep_ms=0"

// Result is what a user sees when a program runs.
type Result struct {
	Code   int // -1 if a signal ended it
	Stdout string
	Stderr string
}

// Run runs a program in the folder that it was read from.
func Run(bin string, p Program, env ...string) (Result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, bin, p.Args...)
	c.Dir = p.Root
	c.WaitDelay = patience // for output that a child of it still writes; the machine may be busy
	c.Env = append(append(append(os.Environ(), "GOFLAGS=", "GOENV=off", noSleep, "PWD="+p.Root), p.Env...), env...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if ctx.Err() != nil {
		return Result{}, fmt.Errorf("running %s: not done after %v", bin, patience)
	}
	if err != nil && !errors.As(err, &exit) {
		return Result{}, fmt.Errorf("running %s: %w", bin, err)
	}
	r := Result{Code: c.ProcessState.ExitCode(), Stdout: clean(stdout.String(), bin), Stderr: clean(stderr.String(), bin)}
	return r, nil
}

// machine matches what depends on the machine code and on addresses in memory:
// addresses, offsets in functions, arguments in traces, numbers of goroutines, and
// how long something took.
var machine = regexp.MustCompile(`(?m) \+0x[0-9a-f]+$|\([^()\n]*\)$|0x[0-9a-f]+|[Gg]oroutine \d+|, \d+ minutes`)

// system matches the traceback of the runtime's own goroutines, which
// GOTRACEBACK=system shows. Which of them exist, and where each one is, depends on
// chance.
var system = regexp.MustCompile(`(?m)^\n?goroutine .*:\n(?:.+\n)*created by runtime\..*\n\t.*\n?`)

// finalizers matches the part of a race report that says who started the goroutine
// that runs finalizers. That is the code that sets the first finalizer: package os
// in a program that links it. Goat's runtime links it.
var finalizers = regexp.MustCompile(`(?m)^Goroutine .* created at:\n  runtime\.createfing.*\n(?:  .*\n)*`)

func clean(text, bin string) string {
	text = strings.ReplaceAll(text, filepath.Dir(bin), "BIN")
	text = system.ReplaceAllString(text, "")
	text = finalizers.ReplaceAllString(text, "finalizers\n")
	return machine.ReplaceAllString(text, "")
}
