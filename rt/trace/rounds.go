package trace

import (
	"encoding/binary"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// Numbers in the cache that are changed later have a fixed size.
const (
	fixedNumber = 6
	skipSize    = 1 + fixedNumber + 1 // wire.EventSkip, steps, limit
)

// Round tells that a round of a loop begins. With a limit of n rounds, rounds beyond the
// first n stay as long as they are among the last 2n; at 2n the older half goes. So at
// the end of the loop there are at least the last n.
func (r *TraceRecorder) Round(location uint32) {
	n := r.share.rounds
	if n == 0 || r.quiet != 0 || r.cache == nil {
		return
	}
	l := r.loop(location)
	if l.count++; l.count <= n {
		return
	}
	if l.segment != r.segments { // what was before is written
		l.segment, l.marks, l.gap = r.segments, l.marks[:0], -1
	}
	clear(r.values.types) // a round that stays cannot need what one that goes has defined
	l.marks = append(l.marks, mark{r.end(), r.whole.Load() >> 32})
	if len(l.marks) > 2*n && l.marks[n].offset-l.marks[0].offset > skipSize {
		r.drop(l, n)
	}
}

// loop returns the loop of the innermost call whose rounds have a location. Loops in it
// have ended.
func (r *TraceRecorder) loop(location uint32) *loop {
	r.endLoops(r.depth)
	for i := len(r.loops) - 1; i >= 0 && r.loops[i].depth == r.depth; i-- {
		if r.loops[i].location == location {
			r.loops = r.loops[:i+1]
			return &r.loops[i]
		}
	}
	r.loops = append(r.loops, loop{depth: r.depth, location: location, segment: r.segments, gap: -1})
	return &r.loops[len(r.loops)-1]
}

// drop takes the n oldest rounds that are marked out of the cache, and notes how many
// steps that were. What was recorded in a round is balanced: all its calls have ended.
func (r *TraceRecorder) drop(l *loop, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	from, to, end := l.marks[0], l.marks[n], r.end()
	removed := to.steps - from.steps
	keep := from.offset
	if l.gap < 0 {
		l.gap = from.offset
		r.cache[l.gap] = wire.EventSkip
		putFixed(r.cache[l.gap+1:], 0)
		r.cache[l.gap+1+fixedNumber] = wire.LimitRounds
		keep += skipSize
	}
	number := r.cache[l.gap+1:][:fixedNumber]
	putFixed(number, fixed(number)+removed)
	copy(r.cache[keep:], r.cache[to.offset:end])
	moved := to.offset - keep
	r.whole.Store(r.whole.Load()>>32<<32 | uint64(end-moved))
	l.marks = l.marks[:copy(l.marks, l.marks[n:])]
	for i := range l.marks {
		l.marks[i].offset -= moved
	}
	if r.share.firsts != nil {
		r.left += int64(removed) // they were not kept
	}
}

// putFixed writes a number as a varint of fixedNumber bytes.
func putFixed(b []byte, n uint64) {
	for i := range fixedNumber {
		b[i] = byte(n>>(7*i)) | 0x80
	}
	b[fixedNumber-1] &= 0x7f
}

func fixed(b []byte) uint64 {
	n, _ := binary.Uvarint(b)
	return n
}
