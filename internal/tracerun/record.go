package tracerun

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/goat-trace/goat/internal/trace"
)

// Record builds the program and runs it with its steps recorded into a folder in
// dir, which must be absolute. It returns the folders of the runs, oldest first,
// and the program's exit code.
func (r *Runner) Record(dir string) (runs []string, code int, err error) {
	tmp, remove, err := temporary()
	if err != nil {
		return nil, 0, err
	}
	defer remove()
	program, err := r.build(tmp)
	if err != nil {
		return nil, 0, err
	}
	if err := r.small(program); err != nil {
		return nil, 0, err
	}
	return r.during(dir, func() (int, error) { return wait(r.program(program, r.recording("start", dir))) })
}

// Test runs go test with a trace scope. Each test binary is a run.
func (r *Runner) Test(dir string) (runs []string, code int, err error) {
	args := []string{"test"}
	if !r.Line.counted {
		args = append(args, "-count=1") // a result from the go command's cache has no steps
	}
	args = append(append(append(args, r.Line.flags...), r.scope()...), r.Line.rest...)
	cmd := r.goat(args)
	cmd.Env = r.recording("start", dir)
	return r.during(dir, func() (int, error) { return wait(cmd) })
}

// during returns the runs that a function has added to dir.
func (r *Runner) during(dir string, f func() (int, error)) (runs []string, code int, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, 0, fmt.Errorf("making the directory for runs: %w; name another one with -dir", err)
	}
	before, err := names(dir)
	if err != nil {
		return nil, 0, err
	}
	if code, err = f(); err != nil {
		return nil, 0, err
	}
	all, err := trace.List(dir)
	if err != nil {
		return nil, 0, err
	}
	for _, run := range all {
		if !before[filepath.Base(run)] {
			runs = append(runs, run)
		}
	}
	return runs, code, nil
}

func names(dir string) (map[string]bool, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listing runs: %w", err)
	}
	found := make(map[string]bool)
	for _, e := range entries {
		found[e.Name()] = true
	}
	return found, nil
}

// program returns a call of the program with its arguments.
func (r *Runner) program(file string, env []string) *exec.Cmd {
	_, args := r.Line.split()
	cmd := exec.Command(file, args...)
	cmd.Dir, cmd.Env = r.Line.chdir, env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r.Stdin, r.Stdout, r.Stderr
	return cmd
}

// recording returns the environment of a program that records into dir, or counts.
func (r *Runner) recording(how, dir string) []string {
	env := append(os.Environ(), "GOAT_TRACE="+how, "GOAT_TRACE_DIR="+dir)
	values := "1"
	if !r.Line.Values {
		values = "0"
	}
	env = append(env, "GOAT_TRACE_VALUES="+values)
	for name, value := range map[string]string{"STEPS": r.Line.Steps, "BYTES": r.Line.Bytes, "POLICY": r.Line.Policy} {
		if value != "" {
			env = append(env, "GOAT_TRACE_"+name+"="+value)
		}
	}
	return env
}

// temporary makes a directory for a program.
func temporary() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "goat-trace-")
	if err != nil {
		return "", nil, fmt.Errorf("making a directory for the program: %w; make room, or set TMPDIR", err)
	}
	return dir, func() { os.RemoveAll(dir) }, nil
}
