package rt

import (
	"sync/atomic"
	"unsafe"
)

// counters are those of one package, written by instrumented code. With
// the data type bool a point has a word that is set once. With count it has one
// in each of several shards, which lie in other cache lines: goroutines choose
// a shard by where their stack is, so that cores which pass the same point do
// not take a line from each other. The sum is exact, and it does not wrap: at a
// hit per nanosecond 64 bits last for centuries.
type counters struct {
	n      int
	flags  *uint32
	counts *atomic.Uint64
	shards int // 0 with flags
	stride int // counts from one shard to the next
}

// countersOf reads what generated code passes on: the first counter, and where
// the number of points, of shards, and the stride are. ok is false for what
// no generated code says.
func countersOf(first, n, shards, stride unsafe.Pointer) (c counters, ok bool) {
	c = counters{n: *(*int)(n), shards: *(*int)(shards), stride: *(*int)(stride)}
	if c.shards == 0 {
		c.flags = (*uint32)(first)
	} else {
		c.counts = (*atomic.Uint64)(first)
	}
	return c, first != nil && c.n > 0 && c.shards >= 0 && (c.shards == 0 || c.stride >= c.n)
}

// load reads a counter that instrumented code may be writing.
func (c counters) load(i int) uint64 {
	if c.flags != nil {
		return uint64(atomic.LoadUint32(&unsafe.Slice(c.flags, c.n)[i]))
	}
	var sum uint64
	all := unsafe.Slice(c.counts, c.shards*c.stride)
	for shard := range c.shards {
		sum += all[shard*c.stride+i].Load()
	}
	return sum
}

// appendCounts appends what n counters from the first one on say.
func (c counters) appendCounts(counts []uint64, first, n int) []uint64 {
	if c.flags != nil {
		flags := unsafe.Slice(c.flags, c.n)[first : first+n]
		for i := range flags {
			counts = append(counts, uint64(atomic.LoadUint32(&flags[i])))
		}
		return counts
	}
	for i := first; i < first+n; i++ {
		counts = append(counts, c.load(i))
	}
	return counts
}
