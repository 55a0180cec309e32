package file

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/instance"
	"github.com/goat-trace/goat/rt/manifest"
)

// current are those of this process; nil where nothing is to be written.
var current atomic.Pointer[outputs]

// Start records the main package's manifest and where the file goes. It returns
// true, because generated code calls it in an initialiser.
//
// It reads the variables before it returns, because the program may change its
// environment and directory later. Only the first of several calls counts.
func Start(mainMeta string) bool {
	start(mainMeta, 0)
	sayUnpushed(os.Getenv)
	return true
}

// StartFlushing is Start for a program that serves or pushes: unless it is told
// otherwise, the file is written every two seconds, too.
func StartFlushing(mainMeta string) bool {
	start(mainMeta, 2*time.Second)
	return true
}

// start uses standard as flush interval if nothing else is configured.
func start(mainMeta string, standard time.Duration) {
	rt.Start(mainMeta)
	if rt.Privileged() {
		return
	}
	sayUnknown(os.Getenv("GOAT"))
	dir := os.Getenv("GOAT_DIR")
	if dir == "" || rt.Off() {
		return
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	m, _ := manifest.DecodeMain(mainMeta) // a damaged one says nothing
	o := &outputs{track: m.Serve != "off", writer: &writer{dir: dir, started: time.Now().UnixNano()}}
	if self := instance.Start(os.Getenv); self.Hub() != "" {
		o.spool = &spool{writer: o.writer, self: self, track: o.track}
	}
	if !o.track && o.spool == nil {
		return
	}
	if current.CompareAndSwap(nil, o) {
		if every := flushInterval(os.Getenv("GOAT_FLUSH"), m.Flush, standard); every > 0 {
			go o.keepWriting(every)
		}
	}
}

// Flush writes the file for the last time. Without GOAT_DIR it does nothing. It
// prints nothing, because the program is ending and its output is its own.
func Flush() {
	defer func() { _ = recover() }()
	o := current.Load()
	if o == nil {
		return
	}
	if o.end(o.track) && o.spool != nil {
		o.spool.end()
	}
}
