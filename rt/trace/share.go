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

	memory  atomic.Int64 // bytes of all caches
	steps   atomic.Int64 // that may still be taken
	bytes   atomic.Int64 // that may still be written
	limited struct{ steps, bytes bool }
	types   sync.Map // reflect.Type → *typeInfo
	reclaim func()   // takes the caches of recorders that are not in use
	end     func()   // ends the run's recording
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

func (s *share) takeBytes(n int64) bool { return !s.limited.bytes || s.bytes.Add(-n) > 0 }

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
