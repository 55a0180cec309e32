package git

import (
	"errors"
	"fmt"
	"strings"
)

// ErrUnavailable is wrapped by errors of Compute that say that there can be no
// line sets here: no git, not a repository. A build goes on without tracking
// points. Any other error is the user's to fix (an unknown ref, a patch that
// does not apply) and stops a build.
var ErrUnavailable = errors.New("line sets are unavailable")

// Unavailable wraps an error so that it is ErrUnavailable.
type Unavailable struct{ Err error }

// Error returns the message of Err.
func (e Unavailable) Error() string { return e.Err.Error() }

// Is reports whether target is ErrUnavailable.
func (Unavailable) Is(target error) bool { return target == ErrUnavailable }

// Unwrap returns Err.
func (e Unavailable) Unwrap() error { return e.Err }

// advised is an error that already ends with a next step.
type advised struct{ error }

func (e advised) Unwrap() error { return e.error }

// WithStep adds a next step to git's error unless it has one.
func WithStep(err error, top string) error {
	var failed *Error
	var said advised
	if errors.As(err, &said) || !errors.As(err, &failed) {
		return err
	}
	return fmt.Errorf("%w: run `git fsck` in %s", err, top)
}

// Error is a git process that failed.
type Error struct {
	command string
	Stderr  string
	err     error
}

// Error names the subcommand and says what git printed or how it ended.
func (e *Error) Error() string {
	if e.Stderr == "" {
		return fmt.Sprintf("running git %s: %v", e.command, e.err)
	}
	return fmt.Sprintf("running git %s: %s", e.command, e.Stderr)
}

// Reason returns git's own explanation without its label.
func (e *Error) Reason() string {
	return strings.TrimPrefix(strings.TrimPrefix(e.Stderr, "fatal: "), "error: ")
}

// Unwrap returns how the process ended: an *exec.ExitError if it ran.
func (e *Error) Unwrap() error { return e.err }
