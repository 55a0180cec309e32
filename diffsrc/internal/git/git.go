package git

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

// Git runs git in one directory with one environment.
type Git struct {
	dir  string
	env  []string
	args []string // before the subcommand
	// located says that env keeps the variables that tell git where the
	// repository is.
	located bool
	// Witness notes git's answers unless it is nil.
	Witness *Witness
	// only selects the records of an answer that matter, by their beginning.
	// Each record ends with a NUL. "" means the whole answer.
	only string
}

// Fixed returns a git whose calls are not noted: for questions whose answers
// never change, and for commands that are not questions.
func (g Git) Fixed() Git {
	g.Witness = nil
	return g
}

// ExitCode returns git's exit code, or -1 if git did not exit by itself.
func ExitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

// Run returns what git prints. stdin may be nil.
func (g Git) Run(ctx context.Context, stdin io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append(g.args[:len(g.args):len(g.args)], args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = g.dir, g.env, stdin
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	// Processes that git leaves behind (a credential cache, its maintenance)
	// keep its outputs open.
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	if ctx.Err() == nil {
		g.note(Question{Args: args}, out.Bytes(), err)
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
	return nil, &Error{subcommand(args), tellingLine(errs.String()), err}
}

// note passes an answer to the witness.
func (g Git) note(q Question, out []byte, err error) {
	q.Dir, q.Located, q.Only = g.dir, g.located, g.only
	code := 0
	if err != nil {
		code = ExitCode(err)
	}
	g.Witness.asked(q, out, code)
}

// subcommand returns git's subcommand. Settings for this call (-c name=value)
// may come before it.
func subcommand(args []string) string {
	for len(args) > 2 && args[0] == "-c" {
		args = args[2:]
	}
	return args[0]
}

// tellingLine returns the line that says why git failed. git also prints hints,
// warnings and what a server said.
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
				return list[i-1] // ssh's, which git started
			}
			return line
		}
	}
	if len(list) > 0 {
		return list[0]
	}
	return FirstLine(stderr)
}

// runWith is Run with standard input.
func (g Git) runWith(ctx context.Context, stdin string, args ...string) ([]byte, error) {
	out, err := g.Fixed().Run(ctx, strings.NewReader(stdin), args...)
	if ctx.Err() == nil {
		g.note(Question{Args: args, Stdin: stdin}, out, err)
	}
	return out, err
}

// Line returns the first line of what git prints.
func (g Git) Line(ctx context.Context, args ...string) (string, error) {
	out, err := g.Run(ctx, nil, args...)
	return FirstLine(string(out)), err
}

// FirstLine returns s up to its first line break.
func FirstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(s, "\r\n"), "\n")
	return strings.TrimRight(line, "\r")
}
