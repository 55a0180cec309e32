package diffsrc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// git runs git in one directory with one environment.
type git struct {
	dir  string
	env  []string
	args []string // before the subcommand
	// located says that env keeps what tells git where the repository is.
	located bool
	// witness notes what git answers; nil notes nothing.
	witness *Witness
	// only says which records of an answer matter, each with a NUL at its end:
	// those that begin with it. "" is the whole answer.
	only string
}

// fixed returns a git for questions whose answers never change, and for what
// is no question: neither is noted.
func (g git) fixed() git {
	g.witness = nil
	return g
}

// gitError is a git process that did not end well.
type gitError struct {
	command string
	stderr  string
	err     error
}

func (e *gitError) Error() string {
	if e.stderr == "" {
		return fmt.Sprintf("running git %s: %v", e.command, e.err)
	}
	return fmt.Sprintf("running git %s: %s", e.command, e.stderr)
}

// reason returns why git refused something, in git's words and without its
// label.
func (e *gitError) reason() string {
	return strings.TrimPrefix(strings.TrimPrefix(e.stderr, "fatal: "), "error: ")
}

func (e *gitError) Unwrap() error { return e.err }

// exitCode returns git's exit code, or -1 when git did not run to an end.
func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

// run returns what git prints. stdin may be nil.
func (g git) run(ctx context.Context, stdin io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append(g.args[:len(g.args):len(g.args)], args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = g.dir, g.env, stdin
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	// What git leaves running, a credential cache or its own maintenance, holds
	// on to its outputs.
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	if ctx.Err() == nil {
		g.note(Asked{Args: args}, out.Bytes(), err)
	}
	switch {
	case err == nil:
		return out.Bytes(), nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("looking for git: %w (%w): install git, or set a patch file (-patchfile) "+
			"or an index made by `goat index` (GOAT_INDEX)", err, ErrUnavailable)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("running git %s: %w", subcommand(args), ctx.Err())
	}
	return nil, &gitError{subcommand(args), tellingLine(errs.String()), err}
}

// note has the witness note an answer.
func (g git) note(q Asked, out []byte, err error) {
	q.Dir, q.Located, q.Only = g.dir, g.located, g.only
	code := 0
	if err != nil {
		code = exitCode(err)
	}
	g.witness.asked(q, out, code)
}

// subcommand returns git's subcommand; what stands in front of it are settings
// for this one call (-c name=value).
func subcommand(args []string) string {
	for len(args) > 2 && args[0] == "-c" {
		args = args[2:]
	}
	return args[0]
}

// tellingLine returns the line that says why git failed. Around it git prints
// hints, warnings and what a server said.
func tellingLine(stderr string) string {
	var list []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "hint:") && !strings.HasPrefix(line, "warning:") {
			list = append(list, line)
		}
	}
	for _, label := range []string{"fatal: ", "error: "} {
		for i, line := range list {
			if !strings.HasPrefix(line, label) {
				continue
			}
			if i > 0 && strings.HasPrefix(line, "fatal: Could not read from remote repository") {
				return list[i-1] // of ssh, the program that git started
			}
			return line
		}
	}
	if len(list) > 0 {
		return list[0]
	}
	return firstLine(stderr)
}

// runWith is run with something to read.
func (g git) runWith(ctx context.Context, stdin string, args ...string) ([]byte, error) {
	out, err := g.fixed().run(ctx, strings.NewReader(stdin), args...)
	if ctx.Err() == nil {
		g.note(Asked{Args: args, Stdin: stdin}, out, err)
	}
	return out, err
}

// line returns the first line of what git prints.
func (g git) line(ctx context.Context, args ...string) (string, error) {
	out, err := g.run(ctx, nil, args...)
	return firstLine(string(out)), err
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(s, "\r\n"), "\n")
	return strings.TrimRight(line, "\r")
}
