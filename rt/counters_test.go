package rt

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/goat-trace/goat/rt/manifest"
)

// register registers a package as generated code does.
func (p pkg) register() {
	registerFlags(&p.counts[0], len(p.counts), string(manifest.AppendPackage(nil, p.Package)))
}

func registerFlags(first *uint32, n int, meta string) {
	shards, stride := 0, 0
	info := [5]unsafe.Pointer{unsafe.Pointer(first), unsafe.Pointer(&n), unsafe.Pointer(&meta), unsafe.Pointer(&shards), unsafe.Pointer(&stride)}
	registerInfo(unsafe.Pointer(&info))
}

// Counts are exact while all goroutines pass the same point, and may exceed 32
// bits.
func TestCountsAreSummedOverShards(t *testing.T) {
	var words [4][9]atomic.Uint64
	n, shards, stride := 2, len(words), len(words[0])
	c, ok := countersOf(unsafe.Pointer(&words), unsafe.Pointer(&n), unsafe.Pointer(&shards), unsafe.Pointer(&stride))
	if !ok {
		t.Fatal("got counters refused, want them")
	}
	words[2][1].Store(1 << 40)
	words[3][2].Store(7) // words between the shards do not count
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 1000 {
				words[g%4][1].Add(1)
			}
		})
	}
	wg.Wait()
	if got, want := [2]uint64{c.load(0), c.load(1)}, [2]uint64{0, 1<<40 + 8000}; got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestImpossibleCountersAreRefused(t *testing.T) {
	var word uint32
	for _, test := range []struct {
		first             *uint32
		n, shards, stride int
	}{
		{nil, 1, 0, 0}, {&word, 0, 0, 0}, {&word, -1, 0, 0}, {&word, 1, -1, 1}, {&word, 2, 1, 1},
	} {
		if _, ok := countersOf(unsafe.Pointer(test.first), unsafe.Pointer(&test.n), unsafe.Pointer(&test.shards), unsafe.Pointer(&test.stride)); ok {
			t.Errorf("got counters accepted, want %d points in %d shards of %d refused", test.n, test.shards, test.stride)
		}
	}
}
