package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// hubs is a subcommand that goat-hub does: the root module has no database, no
// relations and no pages.
func hubs(name string) func(*tracing, []string) (int, error) {
	return func(t *tracing, args []string) (int, error) {
		return t.hub(append([]string{"trace", name}, args...))
	}
}

// findHub returns the file name of goat-hub: beside this program, or in PATH.
func (t *tracing) findHub(what string) (string, error) {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), "goat-hub"+filepath.Ext(self))
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside, nil
		}
	}
	path, err := exec.LookPath("goat-hub")
	if err != nil {
		return "", fmt.Errorf("%s is done by goat-hub, which is neither beside goat nor in PATH; install it with go install github.com/goat-trace/goat/hub/cmd/goat-hub@VERSION, with the version that \"goat version\" prints", what)
	}
	return path, nil
}

// hub runs goat-hub and returns its exit code. It reads runs where goat trace does.
func (t *tracing) hub(args []string) (int, error) {
	file, err := t.findHub("goat " + args[0] + " " + args[1])
	if err != nil {
		return 0, err
	}
	t.settle()
	dir, err := filepath.Abs(t.dir)
	if err != nil {
		return 0, fmt.Errorf("finding the directory with the runs: %w", err)
	}
	cmd := exec.Command(file, args...)
	cmd.Env = append(os.Environ(), "GOAT_TRACE_DIR="+dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = t.stdin, t.stdout.Unwrap(), t.stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), exitError), nil
	}
	if err != nil {
		return 0, fmt.Errorf("running %s: %w", file, err)
	}
	return exitOK, nil
}
