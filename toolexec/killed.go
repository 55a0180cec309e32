package toolexec

import (
	"errors"
	"os/exec"
	"strings"
)

// killedError says that a tool was ended by a signal, mostly by a system that
// has no memory left. That is no opinion of the tool's on what goat gave it:
// the build fails, as it does without goat.
type killedError struct{ error }

func (e killedError) Unwrap() error { return e.error }

func killed(err error) bool { return errors.As(err, &killedError{}) }

// endedBySignal reports whether a process was.
func endedBySignal(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() < 0
}

// saysOfSignal reports whether a go command says that one of its tools was
// ended by a signal (os.ProcessState.String).
func saysOfSignal(output string) bool {
	return strings.HasPrefix(output, "signal: ") || strings.Contains(output, ": signal: ") || strings.Contains(output, "\nsignal: ")
}

// outOfMemory reports whether a tool ended because the system gave it no memory
// or no thread, which the tools' runtime ends a program for by itself.
func outOfMemory(output string) bool {
	for _, text := range []string{"fatal error: runtime: out of memory", "fatal error: runtime: cannot allocate memory", "runtime: failed to create new OS thread"} {
		if strings.Contains(output, text) {
			return true
		}
	}
	return false
}
