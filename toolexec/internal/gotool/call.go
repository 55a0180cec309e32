package gotool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/terminal"
)

// Call is one call of a tool by the go command: its command line, and what this
// process knows about the go command around it. There are three ways to run the
// tool:
//
//   - Become replaces this process, if there is nothing to do before or after.
//   - Run waits for the tool, which prints its own output.
//   - Try captures the tool's output, so that another try can follow.
type Call struct {
	Command
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Log    *slog.Logger
}

// With returns the call with other arguments for the tool.
func (c Call) With(args Args) Call {
	c.Args = args
	return c
}

// Sibling returns a call of another tool of the same toolchain, without other
// wrappers.
func (c Call) Sibling(name string, args ...string) Call {
	tool := filepath.Join(filepath.Dir(c.Tool), name+filepath.Ext(c.Tool))
	c.Command = Command{Tool: tool, Name: name, Args: ParseArgs(args)}
	return c
}

// Become becomes the tool. It must use LookPath: cgo runs a bare "gcc" through
// -toolexec to learn its version, and if that fails, rebuilds each time.
func (c Call) Become() (int, error) {
	argv := c.argv()
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return 0, fmt.Errorf("finding the tool: %w; check what follows goat-exec in -toolexec", err)
	}
	return become(path, argv, c.Run)
}

// Run runs the tool as a child and returns its exit code. It returns an error
// if the tool cannot be started or was ended by a signal (IsKilled).
func (c Call) Run() (int, error) {
	stdout := c.Stdout
	if out, ok := stdout.(*terminal.Output); ok {
		stdout = out.Unwrap() // the tool writes to the file directly
	}
	argv := c.argv()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, stdout, c.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), nil
	}
	if err != nil {
		err = fmt.Errorf("running %s: %w", argv[0], err)
	}
	if endedBySignal(err) {
		err = killedError{err}
	}
	return 0, err
}

// Try runs the tool like Run and returns its output.
func (c Call) Try() (Result, error) {
	var stdout, stderr bytes.Buffer
	try := c
	try.Stdout, try.Stderr = &stdout, &stderr
	code, err := try.Run()
	return Result{code, stdout.Bytes(), stderr.Bytes()}, err
}

// Print prints the output that Try captured.
func (c Call) Print(r Result) {
	c.Stdout.Write(r.Stdout)
	c.Stderr.Write(r.Stderr)
}

// Result is the result of a tool that could be started.
type Result struct {
	Code           int
	Stdout, Stderr []byte
}

// Output returns everything that the tool printed.
func (r Result) Output() string { return string(r.Stdout) + string(r.Stderr) }

// Silent reports whether the tool has printed nothing.
func (r Result) Silent() bool { return len(r.Stdout)+len(r.Stderr) == 0 }

// Check returns an error if the tool failed. doing says what it was doing. If
// it ran out of memory, IsKilled is true for the error.
func (r Result) Check(doing string) error {
	if r.Code == 0 {
		return nil
	}
	output := r.Output()
	err := fmt.Errorf("%s: exit code %d: %s", doing, r.Code, strings.TrimSpace(output))
	if outOfMemory(output) {
		err = killedError{err}
	}
	return err
}

// Cache returns goat's cache directory.
func (c Call) Cache() cache.Dir { return cache.Open(c.Getenv) }

// WorkingDir returns the directory in which the go command runs. Compile and
// link run there too, but the linker of a shared library runs where it writes
// (cmd/go/internal/work: gcToolchain.ld).
func (c Call) WorkingDir() (string, error) {
	mode := c.Args.Value("-buildmode")
	if c.Name == "link" && (mode == "c-shared" || mode == "plugin") {
		if dir, err := gocmd.Find().Dir(); err == nil {
			return dir, nil
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the current directory: %w; run the build from a directory that exists", err)
	}
	return dir, nil
}

// Environ returns this process's environment without what the go command sets
// for a single tool, for a go command that goat runs.
func Environ() []string {
	return slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "TOOLEXEC_IMPORTPATH=") })
}
