package trace

import (
	"sync/atomic"
	"time"
)

// A cache is written when it is full. So that a program which is killed has lost little,
// a sweeper looks once a second: it writes the caches of goroutines that are not in traced
// code, and asks the others to write theirs when they record something next. It ends when
// nothing has happened for a second, since a timer would keep the Go runtime from reporting
// that all goroutines are blocked. Then every recorder is asked, and the next one that
// records something starts it again.

// sweepInterval is how long what was recorded stays in a cache if the goroutine records
// more.
const sweepInterval = time.Second

type sweeper struct {
	running atomic.Bool
	each    func(func(*TraceRecorder))
	ended   *atomic.Bool // the recording has ended
}

// wake starts the sweeper if it does not run.
func (s *sweeper) wake() {
	if s.running.CompareAndSwap(false, true) {
		go s.run()
	}
}

func (s *sweeper) run() {
	defer func() { _ = recover() }() // a fault of goat's is not the program's
	for !s.ended.Load() {
		time.Sleep(sweepInterval)
		busy := false
		s.each(func(r *TraceRecorder) { busy = r.sweep() || busy })
		if busy {
			continue
		}
		s.running.Store(false)
		s.each((*TraceRecorder).ask)
		return
	}
}

// sweep writes the cache, or asks the goroutine to do so. It reports whether something
// was recorded since the last time.
func (r *TraceRecorder) sweep() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	whole := r.whole.Load()
	moved := whole != r.seen.whole || r.segments != r.seen.segments
	if r.cache != nil && r.end() != r.fresh {
		if r.state.CompareAndSwap(idle, swept) { // its goroutine waits for mu if it comes back
			r.evict()
			r.state.Store(idle)
		} else {
			r.ask()
		}
	}
	r.seen.whole, r.seen.segments = r.whole.Load(), r.segments
	return moved
}

// ask has the recorder's goroutine write its cache when it records something next. The
// race detector does not look: generated code, which reads the limit, does not run under
// it, and due says the same.
//
//go:norace
func (r *TraceRecorder) ask() {
	r.due.Store(true)
	r.limit = 0
}
