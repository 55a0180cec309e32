package git

import (
	"errors"
	"fmt"
	"strings"
)

// ErrUnavailable is wrapped by errors of Compute that say that line sets
// cannot be had here at all: no git, not a repository. A build goes on
// without tracking points. Any other error is the user's to mend (an unknown
// ref, a patch that does not apply) and stops a build.
var ErrUnavailable = errors.New("line sets are unavailable")

// Unavailable makes an error one of those.
type Unavailable struct{ Err error }

// Error returns the message of Err.
func (e Unavailable) Error() string { return e.Err.Error() }

// Is reports whether target is ErrUnavailable.
func (Unavailable) Is(target error) bool { return target == ErrUnavailable }

// Unwrap returns Err.
func (e Unavailable) Unwrap() error { return e.Err }

// advised is an error that ends with what to do.
type advised struct{ error }

func (e advised) Unwrap() error { return e.error }

// WithStep ends an error of git's with what to do, unless it says so already.
func WithStep(err error, top string) error {
	var failed *Error
	var said advised
	if errors.As(err, &said) || !errors.As(err, &failed) {
		return err
	}
	return fmt.Errorf("%w: run `git fsck` in %s", err, top)
}

// Error is a git process that did not end well.
type Error struct {
	command string
	Stderr  string
	err     error
}

// Error names the subcommand and says what git printed, or how it ended.
func (e *Error) Error() string {
	if e.Stderr == "" {
		return fmt.Sprintf("running git %s: %v", e.command, e.err)
	}
	return fmt.Sprintf("running git %s: %s", e.command, e.Stderr)
}

// Reason returns why git refused something, in git's words and without its
// label.
func (e *Error) Reason() string {
	return strings.TrimPrefix(strings.TrimPrefix(e.Stderr, "fatal: "), "error: ")
}

// Unwrap returns how the process ended, an *exec.ExitError for one that has run.
func (e *Error) Unwrap() error { return e.err }
