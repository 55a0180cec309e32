package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/cli"
)

// try runs the demonstration that the variables choose.
func try(ctx context.Context, stdout, stderr io.Writer, getenv func(string) string) error {
	dir, err := os.MkdirTemp("", "goat-try-")
	if err != nil {
		return fmt.Errorf("making a temporary directory: %w; set TMPDIR to one you may write to", err)
	}
	defer os.RemoveAll(dir)
	s := &stage{ctx: ctx, dir: dir, stdout: stdout, stderr: stderr}
	repo, base := getenv("REPO"), getenv("BASE")
	switch {
	case repo != "":
		return s.own(repo, base, getenv("PKG"), strings.Fields(getenv("ARGS")))
	case base != "" || getenv("PKG") != "":
		return errors.New("BASE and PKG concern a repository of yours; name it with REPO=/path/to/repository")
	}
	return s.demo()
}

// stage is what every step needs.
type stage struct {
	ctx    context.Context
	dir    string // temporary, removed at the end
	stdout io.Writer
	stderr io.Writer

	started int // how many processes have been started
}

// buildTools builds goat's commands from the current directory.
func (s *stage) buildTools() error {
	s.say("building goat")
	_, err := s.run(command{args: []string{"go", "build", "-o", s.bin() + string(filepath.Separator), "./cmd/goat-exec", "./cmd/goat-vet", "./cmd/goat"}})
	if err != nil {
		return fmt.Errorf("%w; run it at the top of goat's repository", err)
	}
	return nil
}

func (s *stage) bin() string             { return filepath.Join(s.dir, "bin") }
func (s *stage) tool(name string) string { return filepath.Join(s.bin(), name) }

// say reports progress.
func (s *stage) say(format string, args ...any) {
	fmt.Fprintf(s.stderr, "==> "+format+"\n", args...)
}

// show copies a result to standard output.
func (s *stage) show(title, text string) {
	fmt.Fprintf(s.stdout, "\n# %s\n\n%s\n", title, strings.TrimRight(text, "\n"))
}

// command is a program that runs to its end.
type command struct {
	args []string
	dir  string
	env  []string // added to this process's own
}

// run runs a program and returns its standard output. Its error contains the
// program's output.
func (s *stage) run(c command) (string, error) {
	cmd := exec.CommandContext(s.ctx, c.args[0], c.args[1:]...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), c.env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("running %s: %w\n%s", strings.Join(c.args, " "), err, strings.TrimSpace(out.String()+errs.String()))
	}
	return out.String(), nil
}

// goat runs a subcommand of goat and returns what it prints.
func (s *stage) goat(args ...string) (string, error) {
	var out, errs bytes.Buffer
	if code := cli.Main(args, strings.NewReader(""), &out, &errs, os.Getenv); code != 0 {
		return "", errors.New(strings.TrimSpace(errs.String()))
	}
	return out.String(), nil
}
