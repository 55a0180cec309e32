package warning

import (
	"bytes"
	"runtime"
	"time"
)

const (
	// longestStart is how long a line waits for main to run. A plugin's or a C
	// program's main never does.
	longestStart = 5 * time.Second
	// firstSteps is the time that main gets to set its logger.
	firstSteps = 50 * time.Millisecond
)

// waitForLogger returns when the application has most likely set its logger: it does so
// in an initialiser, or as the first thing in main. The runtime starts before both.
func waitForLogger() {
	end := time.Now().Add(longestStart)
	for pause := time.Millisecond; !mainRuns() && time.Now().Before(end); pause = min(2*pause, 100*time.Millisecond) {
		time.Sleep(pause)
	}
	time.Sleep(firstSteps)
}

// mainRuns reports whether all initialisers have ended. No function of Go's says so, but the
// stack of the main goroutine does. Taking the stacks stops the program for some
// microseconds, and only where there is something to say.
func mainRuns() bool {
	stacks := make([]byte, 64<<10)
	return bytes.Contains(stacks[:runtime.Stack(stacks, true)], []byte("\nmain.main("))
}
