package rt

import (
	"os"
	"sync/atomic"
	"time"
)

// process tells this process from others of the same program.
type process struct {
	host    string // as the kernel has it: a pod's name in Kubernetes; "" where it has none
	pid     int
	started int64 // Unix nanoseconds of the first Start; 0 without
}

var startTime atomic.Int64

func thisProcess() process {
	host, _ := os.Hostname() // uname(2) where that is enough: no file is opened
	return process{host: host, pid: os.Getpid(), started: startTime.Load()}
}

func noteStart() {
	if startTime.Load() == 0 {
		startTime.CompareAndSwap(0, time.Now().UnixNano())
	}
}
