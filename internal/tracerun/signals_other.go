//go:build !unix

package tracerun

import (
	"os"
	"os/exec"
	"os/signal"
)

// passSignals keeps Ctrl-C from ending goat before the program, until the returned
// function is called.
func passSignals(*os.Process) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	return func() { signal.Stop(signals) }
}

func codeOf(exit *exec.ExitError) int { return max(exit.ExitCode(), 1) }
