package tracerun

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Runner runs the programs of one command line.
type Runner struct {
	Line   *Line
	Goat   []string // the goat command and its first arguments
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
}

// Failed says that a program or the go command has ended with a code that is not 0.
// What is to be said has been said by it.
type Failed struct{ Code int }

func (f Failed) Error() string { return fmt.Sprintf("it ended with code %d", f.Code) }

// scope returns the scope that counts where the user names none: all packages of
// the build's own modules.
func (r *Runner) scope() []string {
	if r.Line.scoped || r.Getenv("GOAT_TRACE_SCOPE") != "" {
		return nil
	}
	return []string{"-trace-scope=./..."}
}

// build builds the program into an empty directory, under the name that the go
// command gives it.
func (r *Runner) build(dir string) (file string, err error) {
	packages, _ := r.Line.split()
	args := append([]string{"build"}, r.Line.flags...)
	args = append(append(args, r.scope()...), "-o", dir+string(filepath.Separator))
	cmd := r.goat(append(args, packages...))
	cmd.Stdout = r.Stderr // what the program prints is all that is on the standard output
	if code, err := wait(cmd); err != nil || code != 0 {
		if err != nil {
			return "", err
		}
		return "", Failed{code}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("looking for the program: %w", err)
	}
	if len(entries) != 1 {
		return "", usagef("%s has %d main packages; name one", strings.Join(packages, " "), len(entries))
	}
	return filepath.Join(dir, entries[0].Name()), nil
}

// goat returns a call of the goat command.
func (r *Runner) goat(args []string) *exec.Cmd {
	all := append(append([]string(nil), r.Goat...), args...)
	cmd := exec.Command(all[0], all[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r.Stdin, r.Stdout, r.Stderr
	return cmd
}

// wait runs a program to its end. Ctrl-C is the program's to handle, which the
// terminal sends it, too; a signal that ends goat alone goes on to it.
func wait(cmd *exec.Cmd) (code int, err error) { return waitStarted(cmd, func(*os.Process) {}) }

// waitStarted is wait, and calls started once the process runs.
func waitStarted(cmd *exec.Cmd, started func(*os.Process)) (code int, err error) {
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	started(cmd.Process)
	defer passSignals(cmd.Process)()
	err = cmd.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return codeOf(exit), nil
	case err != nil:
		return 0, fmt.Errorf("running %s: %w", cmd.Path, err)
	}
	return 0, nil
}
