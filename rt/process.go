package rt

import (
	"os"
	"sync/atomic"
	"time"
)

// process identifies this process among others of the same program.
type process struct {
	host    string // from the kernel, a pod's name in Kubernetes, or ""
	pid     int
	started int64 // Unix nanoseconds of the first Start, or 0
}

var startTime atomic.Int64

func thisProcess() process {
	host, _ := os.Hostname() // uses uname(2) where possible, so no file is opened
	return process{host: host, pid: os.Getpid(), started: startTime.Load()}
}

func noteStart() {
	if startTime.Load() == 0 {
		startTime.CompareAndSwap(0, time.Now().UnixNano())
	}
}
