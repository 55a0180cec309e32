package gotool

import (
	"errors"
	"os/exec"
	"strings"
)

// killedError says that a tool was ended by a signal, mostly because the system
// ran out of memory. That says nothing about goat's inputs, so no other attempt
// follows and the build fails, as it would without goat.
type killedError struct{ error }

func (e killedError) Unwrap() error { return e.error }

// IsKilled reports whether an error says that the system ended a tool.
func IsKilled(err error) bool { return errors.As(err, &killedError{}) }

// endedBySignal reports whether a signal ended a process.
func endedBySignal(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() < 0
}

// GoCommandError returns the error of a go command that printed output.
// IsKilled is true for it if a signal ended the go command or one of its tools.
func GoCommandError(err error, output string) error {
	if endedBySignal(err) || namesSignal(output) {
		return killedError{err}
	}
	return err
}

// namesSignal reports whether a go command's output says that a signal ended
// one of its tools (os.ProcessState.String).
func namesSignal(output string) bool {
	return strings.HasPrefix(output, "signal: ") || strings.Contains(output, ": signal: ") || strings.Contains(output, "\nsignal: ")
}

// outOfMemory reports whether a tool ended because the system gave it no memory
// or no thread. The Go runtime then ends the program itself.
func outOfMemory(output string) bool {
	for _, text := range []string{"fatal error: runtime: out of memory", "fatal error: runtime: cannot allocate memory", "runtime: failed to create new OS thread"} {
		if strings.Contains(output, text) {
			return true
		}
	}
	return false
}
