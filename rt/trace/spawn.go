package trace

import (
	"sync"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// ancestry is what a recorder knows of its goroutine's begin and end.
type ancestry struct {
	trace, step uint64 // that have started it; 0 if that was not recorded
	goroutine   uint64 // 0 if it is not known
	said        bool
	bottom      bool // the outermost call is the goroutine's first one and its last
}

// stepBits are the bits of a step's number in what spawn returns. The trace's number is
// above them.
const stepBits = 40

// Spawn returns the last step, which starts a goroutine, for the goroutine's recorder; 0
// if it is not recorded.
func (r *TraceRecorder) Spawn() uint64 {
	step := r.first + r.whole.Load()>>32 - 1
	if r.quiet != 0 || r.share.firsts != nil || r.id.Trace >= 1<<(64-stepBits) || step >= 1<<stepBits {
		return 0
	}
	return r.id.Trace<<stepBits | step
}

// startedBy tells which step has started the goroutine.
func (r *TraceRecorder) startedBy(parent uint64) {
	if r.depth == 0 && !r.ancestry.said {
		r.ancestry.trace, r.ancestry.step = parent>>stepBits, parent&(1<<stepBits-1)
	}
}

// sayParent records what has started the goroutine, before its first call.
func (r *TraceRecorder) sayParent() {
	a := &r.ancestry
	a.said = true
	if r.quiet == 0 && r.share.firsts == nil && (a.trace != 0 || a.goroutine != 0) {
		r.publish(wire.AppendEvent(r.room(eventRoom), wire.EventParent, a.trace, a.step, a.goroutine), 0)
	}
}

// endOfGoroutine records that the goroutine ends, and gives the recorder up. Its goroutine
// calls it, outside of traced code.
func (r *TraceRecorder) endOfGoroutine() {
	if r.quiet == 0 && r.share.firsts == nil {
		r.publish(append(r.room(eventRoom), wire.EventEnd), 0)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.evict()
	r.forget()
	r.state.Store(given)
}

// parentGoid returns the number of the goroutine that has started the calling one, 0 if
// that is not known.
func parentGoid() uint64 {
	if offset := parentOffset(); offset != 0 {
		return gword(offset)
	}
	return 0
}

// parentOffset is the offset of that number in a goroutine's descriptor, 0 if it is not
// known.
var parentOffset = sync.OnceValue(findParentOffset)

// findParentOffset starts goroutines from goroutines, and looks where the younger ones
// have the number of the older ones. It accepts an offset only if no other one fits in
// all of them.
func findParentOffset() uintptr {
	if !hasGword {
		return 0
	}
	const goroutines, words = 4, 48
	fits := make(chan [words]bool)
	for range goroutines {
		go func() {
			parent := printedGoid()
			go func() {
				var f [words]bool
				for i := range f {
					f[i] = gword(uintptr(i)*8) == parent
				}
				fits <- f
			}()
		}()
	}
	all := [words]bool{}
	for i := range all {
		all[i] = true
	}
	for range goroutines {
		for i, ok := range <-fits {
			all[i] = all[i] && ok
		}
	}
	var found uintptr
	for i, ok := range all {
		if ok {
			if found != 0 {
				return 0
			}
			found = uintptr(i) * 8
		}
	}
	return found
}
