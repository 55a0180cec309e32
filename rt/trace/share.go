package trace

import (
	"sync"
	"sync/atomic"
)

// share is what the recorders of a run have in common: their limits, and the types
// that they have seen.
type share struct {
	values      bool
	redact      []string // lower case
	text        int      // bytes of a string that are kept
	elements    int      // fields or elements of a value
	depth       int      // of a value in a value
	cacheLimit  int      // bytes of a recorder's cache
	memoryLimit int64    // bytes of all caches
	every       uint64   // of so many outermost calls one is recorded; 0 and 1 for all
	calls       int      // deepest call that is recorded; 0 for no limit
	rounds      int      // of a loop that stay at its begin and at its end; 0 for all
	rate        int64    // bytes a second; 0 for no limit

	memory  atomic.Int64 // bytes of all caches
	steps   atomic.Int64 // that may still be taken
	bytes   atomic.Int64 // that may still be written
	firsts  *firsts      // nil if everything is recorded
	limited struct{ steps, bytes bool }
	written struct{ steps, bytes, lost atomic.Uint64 }
	sampled atomic.Uint64 // outermost calls so far
	second  atomic.Int64  // of which used says how many bytes were written
	used    atomic.Int64
	closed  atomic.Bool    // the sink takes nothing more
	types   sync.Map       // reflect.Type → *typeInfo
	wake    func()         // starts the sweeper
	reclaim func()         // takes the caches of recorders that are not in use
	end     func(l uint64) // ends the run's recording, at a limit
}

// batch is how many of the remaining steps a recorder takes at a time.
const batch = 256

func (s *share) takeSteps() int64 {
	if !s.limited.steps {
		return 1 << 40
	}
	left := s.steps.Add(-batch)
	return max(0, min(batch, left+batch))
}

// exact reports whether a limit may leave out single steps, so that the recorder must
// be asked at each event.
func (s *share) exact() bool { return s.limited.steps || s.firsts != nil }

func (s *share) takeBytes(n int64) bool { return !s.limited.bytes || s.bytes.Add(-n) > 0 }

// takeRate counts bytes that are written, and returns until when nothing more may be
// recorded: 0 while the limit of bytes a second is not reached.
func (s *share) takeRate(n int64) (until int64) {
	if s.rate == 0 {
		return 0
	}
	const second = 1e9
	now := nanotime()
	this := now / second
	if last := s.second.Load(); last != this && s.second.CompareAndSwap(last, this) {
		s.used.Store(0)
	}
	if s.used.Add(n) < s.rate {
		return 0
	}
	return (this + 1) * second
}

// samples reports whether the next outermost call is recorded.
func (s *share) samples() bool { return s.every <= 1 || s.sampled.Add(1)%s.every == 1 }

// takeMemory counts n more bytes of caches, and reports whether the limit allows
// them.
func (s *share) takeMemory(n int) bool {
	for try := range 2 {
		if s.memory.Add(int64(n)) <= s.memoryLimit {
			return true
		}
		s.memory.Add(-int64(n))
		if try == 0 {
			s.reclaim()
		}
	}
	return false
}
