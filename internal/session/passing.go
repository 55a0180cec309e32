package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"syscall"
)

// ErrLinesLost says that lines which the build relies on could not be found a
// second time.
var ErrLinesLost = errors.New("the changed lines that this build began with are lost")

// Passing reports whether the cause of an error may be gone at the next build:
// a full disk, a file that could not be read, a process such as git that could
// not be started or was killed, or lost lines. What is compiled after such an
// error must not stay in the go command's cache.
func Passing(err error) bool {
	var path *fs.PathError
	var number syscall.Errno
	var exit *exec.ExitError
	return errors.Is(err, ErrLinesLost) || errors.As(err, &path) || errors.As(err, &number) ||
		errors.As(err, &exit) && exit.ExitCode() < 0 // ended by a signal
}

// CheckLost returns ErrLinesLost if s, which was computed later in the same
// build, lacks lines that the earlier session has.
func (s *Session) CheckLost(earlier *Session) error {
	if s.Reason != "" && earlier.Reason == "" {
		return fmt.Errorf("%w: %s", ErrLinesLost, s.Reason)
	}
	if s.DependenciesReason != "" && earlier.DependenciesReason == "" {
		return fmt.Errorf("%w: %s", ErrLinesLost, s.DependenciesReason)
	}
	had := make(map[string]bool)
	for _, u := range earlier.Uncompared {
		had[u.Dir] = true
	}
	for _, u := range s.Uncompared {
		if !had[u.Dir] {
			return fmt.Errorf("%w: %s: %s", ErrLinesLost, u.Dir, u.Reason)
		}
	}
	return nil
}
