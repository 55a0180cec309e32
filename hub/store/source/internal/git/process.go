package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// process is one running git.
type process struct {
	ctx  context.Context
	name string // the subcommand
	cmd  *exec.Cmd
	errs limitedBuffer
}

// wait waits for the end, and returns why git failed, if it did.
func (p *process) wait() error {
	err := p.cmd.Wait()
	if p.ctx.Err() != nil {
		endGroup(p.cmd)
	}
	switch {
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
		return nil
	case p.ctx.Err() != nil:
		return fmt.Errorf("running git %s: %w", p.name, context.Cause(p.ctx))
	}
	return &Error{Command: p.name, Reason: tellingLine(string(p.errs.Bytes())), err: err}
}

// Error is a git process that failed.
type Error struct {
	Command string // the subcommand
	Reason  string // git's line that says why; it may contain text from a server
	err     error
}

func (e *Error) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("running git %s: %v", e.Command, e.err)
	}
	return fmt.Sprintf("running git %s: %s", e.Command, e.Reason)
}

func (e *Error) Unwrap() error { return e.err }

// ExitCode returns git's exit code, or -1 if a signal ended it.
func (e *Error) ExitCode() int {
	var exit *exec.ExitError
	if errors.As(e.err, &exit) {
		return exit.ExitCode()
	}
	return -1
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
				return list[i-1] // ssh's
			}
			return line
		}
	}
	if len(list) > 0 {
		return list[0]
	}
	return ""
}

// limitedBuffer stores the first bytes and discards the rest.
type limitedBuffer struct {
	buffer bytes.Buffer
	limit  int
	over   bool
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	room := max(b.limit-b.buffer.Len(), 0)
	b.over = b.over || len(p) > room
	b.buffer.Write(p[:min(room, len(p))])
	return len(p), nil
}

func (b *limitedBuffer) Bytes() []byte { return b.buffer.Bytes() }
