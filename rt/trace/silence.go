package trace

import (
	"sync/atomic"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// silence says why a recorder records nothing for a while. It keeps track of the open
// calls all the same.
type silence struct {
	quiet    uint8  // reasons; 0 while it records
	saved    int64  // steps that may be taken when it records again
	skipped  uint64 // steps that a limit leaves out
	deepAt   int    // how many calls are open where the limit of depth is
	resumeAt int64  // nanotime from which bytes may be written again
	saidEnd  atomic.Bool
}

// The reasons.
const (
	ended     = 1 << iota // the recording has ended
	unsampled             // this outermost call is not recorded
	deep                  // the innermost calls are too deep
	watching              // there was no first hit in this outermost call so far
	spent                 // this outermost call has taken its steps
	slow                  // there were too many bytes in this second
)

// hush begins a silence. The next step then asks whether it may be taken.
func (r *TraceRecorder) hush(reason uint8) {
	if r.quiet == 0 {
		r.saved, r.left = r.left, 0
	}
	r.quiet |= reason
	r.aim()
	if reason == ended {
		r.saidEnd.Store(true)
	}
}

// speak ends a silence that has no other reason.
func (r *TraceRecorder) speak(reason uint8) {
	if r.quiet&reason == 0 {
		return
	}
	if r.quiet &^= reason; r.quiet == 0 {
		r.left = r.saved
	}
	r.aim()
}

// skip counts a step that is not recorded because of a limit, and reports whether it
// may be recorded after all.
func (r *TraceRecorder) skip() bool {
	const patience = 256 // steps between two looks at the clock
	if r.quiet&(ended|unsampled|watching|spent) != 0 {
		return false
	}
	r.skipped++
	if r.quiet&slow == 0 || r.skipped%patience != 0 || nanotime() < r.resumeAt {
		return false
	}
	r.skipped-- // this one
	r.mayResume()
	return r.quiet == 0 && (r.left > 0 || r.allow())
}

// mayResume ends the silence after a second of too many bytes. The segment begins
// anew, with the calls that are open now.
func (r *TraceRecorder) mayResume() {
	if nanotime() < r.resumeAt {
		return
	}
	r.mu.Lock()
	if r.cache != nil && r.end() == r.fresh {
		r.begin()
	}
	r.mu.Unlock()
	r.speak(slow)
	r.saySkipped(wire.LimitRate)
}

// saySkipped records how many steps a limit has left out.
func (r *TraceRecorder) saySkipped(limit uint64) {
	if r.quiet != 0 || r.skipped == 0 {
		return
	}
	const most = 1 << 31 // steps that a segment counts
	n := min(r.skipped, most)
	r.skipped -= n
	if r.whole.Load()>>32+n > most {
		r.mu.Lock()
		r.evict()
		r.mu.Unlock()
		if r.quiet != 0 {
			r.skipped += n
			return
		}
	}
	r.publish(wire.AppendEvent(r.room(eventRoom), wire.EventSkip, n, limit), n)
}
