package file

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/rt"
)

// current is the writer of this process; nil where nothing is to be written.
var current atomic.Pointer[writer]

// Start records the main package's manifest and where the file is to be. It
// returns true; generated code calls it in an initialiser.
//
// The variables are read before it returns: the program may change its
// environment and directory. Of several calls the first one counts.
func Start(mainMeta string) bool { return start(mainMeta, 0) }

// StartFlushing is Start for a program that serves: unless it is told
// otherwise, the file is written every two seconds, too.
func StartFlushing(mainMeta string) bool { return start(mainMeta, 2*time.Second) }

// start takes what flush is where nobody has said it.
func start(mainMeta string, standard time.Duration) bool {
	rt.Start(mainMeta)
	if rt.Privileged() {
		return true
	}
	sayUnknown(os.Getenv("GOAT"))
	dir := os.Getenv("GOAT_DIR")
	if dir == "" || rt.Off() {
		return true
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	w := &writer{dir: dir, started: time.Now().UnixNano()}
	if current.CompareAndSwap(nil, w) {
		if every := flushInterval(os.Getenv("GOAT_FLUSH"), mainMeta, standard); every > 0 {
			go w.keepWriting(every)
		}
	}
	return true
}

// Flush writes the file for the last time. Without GOAT_DIR it does nothing. It
// is silent: the program is ending, and what it prints is its own.
func Flush() {
	defer func() { _ = recover() }()
	if w := current.Load(); w != nil {
		w.end()
	}
}
