package gotool

import (
	"errors"
	"os/exec"
	"strings"
)

// killedError says that a tool was ended by a signal, mostly by a system that
// has no memory left. The tool has said nothing of what goat gave it, so
// nothing else is tried: the build fails, as it does without goat.
type killedError struct{ error }

func (e killedError) Unwrap() error { return e.error }

// IsKilled reports whether an error is that of a tool which the system has
// ended.
func IsKilled(err error) bool { return errors.As(err, &killedError{}) }

// endedBySignal reports whether a process was.
func endedBySignal(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() < 0
}

// GoCommandError returns the error of a go command that has printed output. If a
// signal has ended it, or one of its tools, IsKilled reports the error.
func GoCommandError(err error, output string) error {
	if endedBySignal(err) || namesSignal(output) {
		return killedError{err}
	}
	return err
}

// namesSignal reports whether a go command says that one of its tools was ended
// by a signal (os.ProcessState.String).
func namesSignal(output string) bool {
	return strings.HasPrefix(output, "signal: ") || strings.Contains(output, ": signal: ") || strings.Contains(output, "\nsignal: ")
}

// outOfMemory reports whether a tool ended because the system gave it no memory
// or no thread. The tools' runtime ends a program for that by itself.
func outOfMemory(output string) bool {
	for _, text := range []string{"fatal error: runtime: out of memory", "fatal error: runtime: cannot allocate memory", "runtime: failed to create new OS thread"} {
		if strings.Contains(output, text) {
			return true
		}
	}
	return false
}
