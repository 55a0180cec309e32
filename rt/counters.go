package rt

import (
	"sync/atomic"
	"unsafe"
)

// counters are the counters of one package, which instrumented code writes. For
// the data type bool, a point has one word that is set once. For count, it has
// one word in each of several shards, which are in different cache lines.
// Goroutines choose a shard by the address of their stack, so that cores which
// pass the same point do not compete for a cache line. The sum is exact and
// does not overflow: at one hit per nanosecond, 64 bits last for centuries.
type counters struct {
	n      int
	flags  *uint32
	counts *atomic.Uint64
	shards int // 0 for the data type bool
	stride int // words from one shard to the next
}

// countersOf reads what generated code passes: a pointer to the first counter,
// and pointers to the numbers of points and shards and to the stride. ok is
// false for values that no generated code passes.
func countersOf(first, n, shards, stride unsafe.Pointer) (c counters, ok bool) {
	c = counters{n: *(*int)(n), shards: *(*int)(shards), stride: *(*int)(stride)}
	if c.shards == 0 {
		c.flags = (*uint32)(first)
	} else {
		c.counts = (*atomic.Uint64)(first)
	}
	return c, first != nil && c.n > 0 && c.shards >= 0 && (c.shards == 0 || c.stride >= c.n)
}

// pointer returns what generated code has passed.
func (c counters) pointer() unsafe.Pointer {
	if c.flags != nil {
		return unsafe.Pointer(c.flags)
	}
	return unsafe.Pointer(c.counts)
}

// load reads a counter, which instrumented code may be writing.
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

// appendCounts appends the counts of n points, starting with first.
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
