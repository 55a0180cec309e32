package trace

import (
	"encoding/binary"
	"sync/atomic"
	"unsafe"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// head is the beginning of a TraceRecorder. Generated code has the same type
// (toolexec/internal/generate: tracedirect.go) and writes events into the cache itself,
// from the recorder's own goroutine, as long as whole has not reached limit.
type head struct {
	start  unsafe.Pointer // of the cache
	whole  atomic.Uint64  // steps in the cache, and in the lower half bytes of it that hold whole events
	limit  uint32         // bytes of the cache up to which generated code may begin an event; 0 if it must ask
	text   uint32         // bytes of a string that are kept
	depth  int            // how many calls and bodies are open
	rounds uint32         // not 0 if the recorder must hear of each round of a loop
}

// directRoom is more than events take that generated code writes without asking
// again: how far back the step of a value is, and the value. They are not to be in
// two segments, so it has room for most values that are written by reflection, too.
const directRoom = 1 << 10

// aim lets generated code write into the cache, or not. Whatever changes the cache, or
// what may be recorded, calls it.
func (r *TraceRecorder) aim() {
	r.limit, r.text = 0, uint32(r.share.text)
	if len(r.cache) < directRoom {
		r.start = nil
		return
	}
	r.start = unsafe.Pointer(unsafe.SliceData(r.cache))
	if r.quiet == 0 && !r.share.exact() && r.share.text <= maxText {
		r.limit = uint32(len(r.cache) - directRoom)
	}
}

// writable returns the cache, and where the next event goes, if nothing stands in the
// way of one: neither room nor a limit.
func (r *TraceRecorder) writable() (cache []byte, whole uint64, ok bool) {
	whole = r.whole.Load()
	return r.cache, whole, uint32(whole) < r.limit
}

// enterCall is Enter for a call in an open one, where nothing else is to be done.
func (r *TraceRecorder) enterCall(function uint32) {
	cache, whole, ok := r.writable()
	if !ok || r.depth == 0 || r.share.calls > 0 {
		r.Enter(function)
		return
	}
	at := uint32(whole)
	cache[at] = wire.EventEnter
	at++
	n := function
	for ; n >= 0x80; n >>= 7 {
		cache[at] = byte(n) | 0x80
		at++
	}
	cache[at] = byte(n)
	publish(&r.whole, whole>>32<<32|uint64(at+1))
	r.depth++
	r.stack = append(r.stack, function)
}

// endCall records that the innermost call returns and ends.
func (r *TraceRecorder) endCall() {
	cache, whole, ok := r.writable()
	if !ok || r.depth < 2 || r.exits > 0 || r.stack[r.depth-1]&body != 0 {
		r.Event(wire.EventReturn)
		r.Leave()
		return
	}
	cache[uint32(whole)], cache[uint32(whole)+1] = wire.EventReturn, wire.EventLeave
	publish(&r.whole, whole+2)
	r.depth--
	r.stack = r.stack[:r.depth]
}

// put records events of generated code that it has not written itself.
func (r *TraceRecorder) put(events, n uint64) {
	size := int(uint32(n))
	var all [8]byte
	binary.LittleEndian.PutUint64(all[:], events)
	if r.quiet != 0 || r.share.exact() {
		r.each(all[:size])
		return
	}
	room := eventRoom
	if all[0] == wire.EventPast {
		room = directRoom // its value follows
	}
	r.publish(append(r.room(room), all[:size]...), n>>32)
}

// each records events one by one, because a limit may leave some of them out.
func (r *TraceRecorder) each(events []byte) {
	number := func() uint32 {
		n, size := binary.Uvarint(events)
		events = events[max(0, size):]
		return uint32(n)
	}
	for len(events) > 0 {
		code := events[0]
		events = events[1:]
		switch {
		case code >= wire.FirstStep:
			r.Step(uint32(code) - wire.FirstStep)
		case code == wire.EventStep:
			r.Step(number())
		case code == wire.EventSteps:
			n, location := number(), number()
			r.Steps(location, n)
		case code == wire.EventPast:
			if n := number(); r.quiet == 0 {
				r.publish(wire.AppendEvent(r.room(directRoom), wire.EventPast, uint64(n)), 0)
			}
		default:
			r.Event(code)
		}
	}
}

// Steps records that the innermost call takes n steps, at a location and the ones
// after it. If a limit does not allow all of them, it records them one by one.
func (r *TraceRecorder) Steps(location, n uint32) {
	if r.quiet == 0 && r.left < int64(n) && r.share.firsts == nil {
		r.left += r.share.takeSteps()
	}
	if r.quiet != 0 || r.left < int64(n) {
		for i := range n {
			r.Step(location + i)
		}
		return
	}
	r.left -= int64(n)
	r.publish(wire.AppendSteps(r.room(eventRoom), location, n), uint64(n))
}
