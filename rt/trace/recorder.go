package trace

import (
	"encoding/binary"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// TraceRecorder records the steps of one goroutine into a cache of bounded size.
// When the cache is full, all of it goes to the sink as one segment. Only its own
// goroutine writes to it. mu protects what other goroutines read; the recorder's
// own goroutine takes it only to replace the cache.
type TraceRecorder struct { //nolint:revive // its name says what it is beside ExecutionTracer and TracerStore
	head // comes first, since generated code writes to it

	id    Identity
	sink  Sink
	share *share

	state    atomic.Uint32 // idle, busy or given up
	lastUse  atomic.Int64  // when the outermost call ended, nanotime
	stack    []uint32      // functions of the open calls
	loops    []loop        // in them, the innermost last
	exits    uint32        // bodies that are left when calls end
	last     int64         // the last time that was recorded
	left     int64         // steps that may be taken before the limit is asked
	values   renderer
	scratch  []byte // a value
	evicting int64  // nanotime of the last eviction
	silence
	request
	ancestry

	mu       sync.Mutex
	cache    []byte                           // for other goroutines guarded by mu
	fresh    int                              // bytes of it that a new segment begins with
	first    uint64                           // number of the first step in the cache
	due      atomic.Bool                      // the cache is to be written at the next event
	seen     struct{ whole, segments uint64 } // by the sweeper
	segments uint64
	started  int64 // when the segment began, Unix nanoseconds
	began    int64 // and nanotime
	lost     struct{ steps, bytes uint64 }
}

// loop is a loop that runs in an open call, and of which only the first and the last
// rounds stay in the cache.
type loop struct {
	depth    int // of the call
	location uint32
	count    int    // rounds so far
	segment  uint64 // in which the marks are
	marks    []mark // where the rounds begin that may have to go
	gap      int    // where in the cache the number of missing steps stands, -1 without one
}

// mark is where a round begins in the cache.
type mark struct {
	offset int
	steps  uint64 // in the cache before it
}

// The states of a recorder.
const (
	idle  = iota // its goroutine is not in traced code
	busy         // it is
	given        // it was given up
	swept        // its cache is being written by another goroutine, which holds mu
)

const (
	firstCache = 4 << 10 // bytes
	// eventRoom is more than any event takes, except values, types and open calls.
	eventRoom = 64
)

func newRecorder(id Identity, sink Sink, s *share) *TraceRecorder {
	r := &TraceRecorder{id: id, sink: sink, share: s, first: 1, values: renderer{share: s, types: map[*typeInfo]uint64{}}, scratch: make([]byte, 0, 256)}
	r.evicting = nanotime()
	r.rounds = uint32(max(0, s.rounds))
	return r
}

// take marks the recorder as used by its goroutine, which is about to enter traced
// code or is in it. It reports false for a recorder that was given up.
func (r *TraceRecorder) take() bool {
	if r.depth > 0 { // only its own goroutine asks
		return true
	}
	for !r.state.CompareAndSwap(idle, busy) {
		switch r.state.Load() {
		case busy:
			return true
		case given:
			return false
		}
		r.mu.Lock()   // until it is swept
		r.mu.Unlock() //nolint:staticcheck // nothing is to be done with it
	}
	return true
}

// giveUp evicts a recorder that has been idle for a second, and reports whether it
// did.
func (r *TraceRecorder) giveUp(now int64) bool {
	if now-r.lastUse.Load() < 1e9 || !r.state.CompareAndSwap(idle, given) {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.evict()
	r.forget()
	return true
}

// Enter records that a call begins.
func (r *TraceRecorder) Enter(function uint32) {
	if r.depth == 0 {
		if r.share.firsts != nil {
			r.beginRequest(function)
		}
		if !r.share.samples() {
			r.hush(unsampled)
		}
		if !r.ancestry.said {
			r.sayParent()
		}
	}
	if r.share.calls > 0 && r.depth >= r.share.calls && r.quiet&deep == 0 {
		r.hush(deep)
		r.deepAt = r.depth
	}
	if r.quiet&slow != 0 && r.depth == 0 {
		r.mayResume()
	}
	if r.quiet == 0 {
		b := r.room(eventRoom) // before the call is open, since a segment may begin there
		if r.depth == 0 {
			b = r.appendTime(b)
		}
		r.publish(wire.AppendEvent(b, wire.EventEnter, uint64(function)), 0)
	}
	r.depth++
	r.stack = append(r.stack, function)
}

// appendTime reads the clock, and appends the time.
func (r *TraceRecorder) appendTime(b []byte) []byte {
	now := nanotime()
	if now == r.last {
		return b
	}
	r.last = now
	return wire.AppendEvent(b, wire.EventTime, uint64(max(0, now-r.began)))
}

// Step records that the innermost call has reached a location of its function.
func (r *TraceRecorder) Step(location uint32) {
	if r.left == 0 && !r.allow() {
		return
	}
	r.left--
	r.publish(wire.AppendStep(r.room(eventRoom), location), 1)
}

// allow asks for more steps, and ends the recording if there are none.
func (r *TraceRecorder) allow() bool {
	if r.quiet != 0 {
		return r.skip()
	}
	if r.share.firsts != nil {
		return r.allowFirst()
	}
	if r.left = r.share.takeSteps(); r.left > 0 {
		return true
	}
	r.stop(wire.LimitSteps)
	return false
}

// stop ends the recording with the limit that was reached.
func (r *TraceRecorder) stop(limit uint64) {
	r.publish(wire.AppendEvent(r.room(eventRoom), wire.EventLimit, limit), 0)
	r.hush(ended)
	r.mu.Lock()
	r.evict()
	r.mu.Unlock()
	r.share.end(limit)
}

// The marks of open calls.
const (
	returned = 1 << 31 // the results are set
	body     = 1 << 30 // not a call but the body of a range over a function
	function = body - 1
)

// Event records an event of one byte about the innermost call.
func (r *TraceRecorder) Event(event byte) {
	if event == wire.EventReturn {
		r.markReturned()
	}
	if r.quiet == 0 {
		r.publish(append(r.room(eventRoom), event), 0)
	}
}

// markReturned marks the innermost call, or the call that the innermost body
// belongs to.
func (r *TraceRecorder) markReturned() {
	if r.depth == 0 {
		return
	}
	fn := r.stack[r.depth-1] & function
	for i := r.depth - 1; i >= 0; i-- {
		if r.stack[i]&body == 0 && r.stack[i]&function == fn {
			r.stack[i] |= returned
			return
		}
	}
}

// Body records that the body of a range over a function begins, in a function.
func (r *TraceRecorder) Body(fn uint32) {
	if r.quiet == 0 {
		r.publish(wire.AppendEvent(r.room(eventRoom), wire.EventBody, uint64(fn)), 0)
	}
	r.depth++
	r.stack = append(r.stack, fn|body)
}

// Exit records that this many bodies are left. A body around open calls, which are
// those of the functions that are ranged over, is left when these calls end.
func (r *TraceRecorder) Exit(bodies uint32) {
	if r.quiet == 0 {
		r.publish(wire.AppendEvent(r.room(eventRoom), wire.EventExit, uint64(bodies)), 0)
	}
	r.exits += bodies
	r.popBodies()
}

func (r *TraceRecorder) popBodies() {
	for r.exits > 0 && r.depth > 0 && r.stack[r.depth-1]&body != 0 {
		r.exits--
		r.depth--
	}
	r.stack = r.stack[:r.depth]
}

// Leave records that the innermost call ends: it returns, or a panic or
// runtime.Goexit unwinds it.
func (r *TraceRecorder) Leave() {
	for r.depth > 0 && r.stack[r.depth-1]&body != 0 { // a panic unwinds them
		r.depth--
		r.exits = 0
	}
	if r.depth == 0 {
		return
	}
	unwound := r.stack[r.depth-1]&returned == 0
	if r.quiet == 0 {
		b := append(r.room(eventRoom), wire.EventLeave)
		if r.depth == 1 {
			b = r.appendTime(b)
		}
		r.publish(b, 0)
	}
	r.depth--
	r.stack = r.stack[:r.depth]
	r.popBodies()
	r.endLoops(r.depth)
	if r.quiet&deep != 0 && r.depth <= r.deepAt {
		r.speak(deep)
		r.saySkipped(wire.LimitDepth)
	}
	if r.depth > 0 {
		return
	}
	r.speak(unsampled)
	now := nanotime()
	if r.share.firsts != nil {
		r.endRequest()
	} else if unwound || now-r.evicting > 1e9 {
		// A panic may end the process, and nobody learns when a goroutine ends.
		r.mu.Lock()
		r.evict()
		r.mu.Unlock()
	}
	if r.ancestry.bottom {
		r.endOfGoroutine()
		return
	}
	r.leaveIdle()
}

// leaveIdle says that the goroutine is not in traced code.
func (r *TraceRecorder) leaveIdle() {
	r.lastUse.Store(nanotime())
	r.state.Store(idle)
}

// endLoops forgets the loops of calls that have ended.
func (r *TraceRecorder) endLoops(depth int) {
	for len(r.loops) > 0 && r.loops[len(r.loops)-1].depth > depth {
		r.loops = r.loops[:len(r.loops)-1]
	}
}

// Value records the value of a variable, or of a result, of the innermost call's
// function. p points to an interface that holds the value; Value does not keep p.
// typed says that the value's type is recorded, too.
func (r *TraceRecorder) Value(event byte, variable uint32, typed bool, p unsafe.Pointer) {
	if r.quiet != 0 || !r.share.values {
		return
	}
	v := reflect.ValueOf(*(*any)(p))
	for range 2 { // once more when the types were in the segment before
		r.values.defs = r.values.defs[:0]
		if typed && v.IsValid() {
			r.scratch = r.values.appendDynamic(r.scratch[:0], v, 0)
		} else {
			r.scratch = r.values.appendValue(r.scratch[:0], v, 0)
		}
		need := eventRoom + len(r.values.defs) + len(r.scratch)
		segment := r.segments
		b := r.room(need)
		if r.segments != segment {
			continue
		}
		if len(b)+need > len(r.cache) {
			clear(r.values.types) // their definitions are not written
			b = wire.AppendEvent(b, event, uint64(variable))
			r.publish(append(b, byte(wire.KindCut)), 0)
			return
		}
		b = append(b, r.values.defs...)
		b = wire.AppendEvent(b, event, uint64(variable))
		r.publish(append(b, r.scratch...), 0)
		return
	}
}

// room returns the cache up to its last event, with room for n bytes if possible.
// There is always room for any event but a large value. If the process has no
// memory left for a first cache, what is appended is lost and counted.
func (r *TraceRecorder) room(n int) []byte {
	if r.end()+n > len(r.cache) || r.due.Load() {
		r.makeRoom(n)
	}
	return r.cache[:r.end()]
}

// end returns how many bytes of the cache hold whole events.
func (r *TraceRecorder) end() int { return int(uint32(r.whole.Load())) }

// publish makes what was appended to the cache count, with so many steps.
func (r *TraceRecorder) publish(b []byte, steps uint64) {
	if r.cache == nil {
		r.lost.steps += steps
		r.lost.bytes += uint64(len(b))
		r.first += steps
		return
	}
	publish(&r.whole, r.whole.Load()>>32<<32+steps<<32|uint64(len(b)))
}

// makeRoom makes the cache larger, or evicts everything in it.
func (r *TraceRecorder) makeRoom(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.share.closed.Load() {
		r.forget()
		r.hush(ended)
		return
	}
	r.share.wake()
	if r.due.Load() {
		r.due.Store(false)
		r.evict()
		r.aim()
		if r.cache != nil && r.end()+n <= len(r.cache) {
			return
		}
	}
	size := max(firstCache, 2*len(r.cache))
	if size <= r.share.cacheLimit && r.share.takeMemory(size-len(r.cache)) {
		bigger := make([]byte, size)
		copy(bigger, r.cache[:r.end()])
		fresh := r.cache == nil
		r.cache = bigger
		r.aim()
		if fresh {
			r.begin()
		}
		if r.end()+n <= size {
			return
		}
	}
	if r.cache != nil {
		r.evict()
	}
}

// begin starts a segment. Its first event names the open calls.
func (r *TraceRecorder) begin() {
	r.started, r.began = unixNano(), nanotime()
	r.last = r.began
	clear(r.values.types)
	open := r.stack
	if most := len(r.cache) / 4 / binary.MaxVarintLen32; len(open) > most { // only the innermost of very many
		open = open[len(open)-most:]
	}
	b := r.cache[:0]
	if r.lost.steps > 0 || r.lost.bytes > 0 {
		b = wire.AppendEvent(b, wire.EventGap, r.lost.steps, r.lost.bytes)
	}
	b = wire.AppendEvent(b, wire.EventOpen, uint64(len(r.stack)), uint64(len(open)))
	for _, f := range open {
		n := uint64(f&function) << 1
		if f&body != 0 {
			n |= 1
		}
		b = binary.AppendUvarint(b, n)
	}
	r.fresh = len(b)
	r.whole.Store(uint64(len(b)))
}

// evict hands the whole cache to the sink as one segment, and begins the next. The
// caller holds mu, and is the recorder's own goroutine unless the recorder is idle.
func (r *TraceRecorder) evict() {
	r.evicting = nanotime()
	if r.cache == nil || r.end() == r.fresh {
		return
	}
	if r.share.closed.Load() { // its goroutine is still in code that was entered before the end
		r.forget()
		r.hush(ended)
		return
	}
	if r.share.firsts != nil && !r.kept { // it is not worth keeping so far
		r.first += r.whole.Load() >> 32
		r.begin()
		return
	}
	steps, bytes := r.write(r.cache[:r.end()])
	r.first += steps
	r.begin()
	if r.quiet&ended != 0 {
		return
	}
	if !r.share.takeBytes(int64(bytes)) {
		r.hush(ended)
		r.publish(wire.AppendEvent(r.cache[:r.end()], wire.EventLimit, wire.LimitBytes), 0)
		r.write(r.cache[:r.end()])
		r.begin()
		r.share.end(wire.LimitBytes)
		return
	}
	if r.resumeAt = r.share.takeRate(int64(bytes)); r.resumeAt > 0 {
		r.hush(slow)
	}
}

// forget gives the cache's memory back. The caller holds mu.
func (r *TraceRecorder) forget() {
	r.share.memory.Add(-int64(len(r.cache)))
	r.cache = nil
	r.whole.Store(0)
	r.aim()
}

// write hands events, which are what is in the cache, to the sink. The caller holds
// mu.
func (r *TraceRecorder) write(events []byte) (steps, bytes uint64) {
	steps, bytes = r.whole.Load()>>32, uint64(len(events))
	r.segments++
	head := wire.Head{
		Run: r.id.Run.Prefix(), Trace: r.id.Trace, Goroutine: r.id.Goroutine, Number: r.segments,
		First: r.first, Steps: steps, Started: r.started,
	}
	r.share.written.steps.Add(steps)
	if r.sink.Write(head, events) == nil {
		r.share.written.bytes.Add(bytes)
		r.lost.steps, r.lost.bytes = 0, 0
	} else {
		r.share.written.lost.Add(steps)
		r.lost.steps += steps
		r.lost.bytes += bytes
	}
	return steps, bytes
}

// Flush hands the cache to the sink when the recording ends, with the limit that has
// ended it, 0 for none. Another goroutine may call it while the recorder's own
// goroutine runs on.
func (r *TraceRecorder) Flush(limit uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cache == nil || r.share.firsts != nil && !r.kept {
		return
	}
	events := r.cache[:r.end():r.end()]
	fresh := len(events) == r.fresh
	if r.state.CompareAndSwap(idle, swept) { // otherwise its goroutine counts
		if n := min(r.skipped, 1<<31); n > 0 && r.quiet&slow != 0 {
			events, fresh = wire.AppendEvent(events, wire.EventSkip, n, wire.LimitRate), false
			r.whole.Store(r.whole.Load() + n<<32)
			r.skipped = 0
		}
		r.state.Store(idle)
	}
	if limit != 0 && !r.saidEnd.Load() {
		events = wire.AppendEvent(events, wire.EventLimit, limit)
		fresh = fresh && r.first == 1 // it has recorded nothing at all
	}
	if !fresh {
		r.write(events)
	}
}
