package warning

import (
	"bytes"
	"runtime"
	"time"
)

const (
	// longestStart is how long a line waits for main to run. In a plugin or a C
	// program, main never does.
	longestStart = 5 * time.Second
	// firstSteps is how long main has to set its logger.
	firstSteps = 50 * time.Millisecond
)

// waitForLogger returns when the application has probably set its logger, which
// it does in an initialiser or at the beginning of main. The runtime starts
// before both.
func waitForLogger() {
	end := time.Now().Add(longestStart)
	for pause := time.Millisecond; !mainRuns() && time.Now().Before(end); pause = min(2*pause, 100*time.Millisecond) {
		time.Sleep(pause)
	}
	time.Sleep(firstSteps)
}

// mainRuns reports whether all initialisers have ended. Go has no function for
// that, but the stack of the main goroutine shows it. Taking the stacks stops
// the program for some microseconds, and happens only if there is something to
// log.
func mainRuns() bool {
	stacks := make([]byte, 64<<10)
	return bytes.Contains(stacks[:runtime.Stack(stacks, true)], []byte("\nmain.main("))
}
