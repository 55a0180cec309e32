package rt

import (
	"slices"
	"sync/atomic"
	"unsafe"
)

// rearmed is what a package's counters said when they were armed again. It is
// guarded by state.mu.
type rearmed struct {
	hit  []bool   // by index; points of the data type bool whose flag was taken back
	seen []bool   // those that have run again and have been told
	sums []uint64 // what exact counts were
}

// Rearm arms the points again: Again then returns those that run from now on. What
// has run stays run in every report. A flag is taken back to 0, so instrumented code
// sets it once more the next time; exact counts stay as they are. It costs about two
// nanoseconds a point, and hits cost what they always cost.
func Rearm() {
	state.mu.Lock()
	defer state.mu.Unlock()
	c := currentCatalog()
	observe(c) // a first hit is seen before its flag is taken back
	for _, p := range c.packages {
		p.rearm()
	}
}

func (d *decoded) rearm() {
	if d.rearmed == nil {
		d.rearmed = &rearmed{hit: make([]bool, d.n), seen: make([]bool, d.n)}
	}
	clear(d.rearmed.seen)
	if d.flags == nil {
		d.rearmed.sums = d.counters.appendCounts(d.rearmed.sums[:0], 0, d.n)
		return
	}
	flags := unsafe.Slice(d.flags, d.n)
	for i := range flags {
		if atomic.LoadUint32(&flags[i]) != 0 {
			d.rearmed.hit[i] = true
			atomic.StoreUint32(&flags[i], 0)
		}
	}
}

// Again returns the ids of a generation's points that have run again since Rearm,
// each once; of another generation none.
func Again(generation int) (ids []int) {
	state.mu.Lock()
	defer state.mu.Unlock()
	c := currentCatalog()
	if c.generation != generation {
		return nil
	}
	for _, p := range c.packages {
		for i := range p.Points {
			if p.again(i) {
				ids = append(ids, p.base+i+1)
			}
		}
	}
	return ids
}

// again reports whether a point has run again, once.
func (d *decoded) again(i int) bool {
	r, from := d.rearmed, d.counterOf(i)
	if r == nil || r.seen[i] {
		return false
	}
	now := d.counters.load(from)
	if d.flags != nil {
		r.seen[i] = r.hit[from] && now != 0
	} else {
		r.seen[i] = r.sums[from] > 0 && now > r.sums[from]
	}
	return r.seen[i]
}

// counterOf returns the index of the counter that counts for a point.
func (d *decoded) counterOf(i int) int {
	for d.Points[i].Shared {
		i++
	}
	return i
}

// load reads what counts for a point.
func (d *decoded) load(i int) uint64 {
	i = d.counterOf(i)
	n := d.counters.load(i)
	if n == 0 && d.rearmed != nil && d.rearmed.hit[i] {
		return 1
	}
	return n
}

// appendCounts appends what n counters from the first one on say.
func (d *decoded) appendCounts(counts []uint64, first, n int) []uint64 {
	at := len(counts)
	counts = slices.Grow(counts, n)
	counts = d.counters.appendCounts(counts, first, n)
	if d.rearmed != nil {
		for i, hit := range d.rearmed.hit[first : first+n] {
			if hit && counts[at+i] == 0 {
				counts[at+i] = 1
			}
		}
	}
	return counts
}
