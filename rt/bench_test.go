package rt

import (
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/goat-trace/goat/rt/manifest"
)

// The forms of a hit. Each stands alone in a function, which run calls
// directly and n times; the difference to uninstrumented is what the hit costs.
// The first two are goat's, the next three what -covermode=set, count and
// atomic insert.
var hitForms = []struct {
	name string
	run  func(n, i, step int)
}{
	{"uninstrumented", runPlain},
	{"goat-bool", runBool},
	{"goat-count", runCount},
	{"cover-set", runCoverSet},
	{"cover-count", runCoverCount},
	{"cover-atomic", runCoverAtomic},
}

var benchCounters [4096]uint32

const benchMask = len(benchCounters) - 1

//go:noinline
func hitPlain(int) {}

func runPlain(n, i, step int) {
	for range n {
		hitPlain(i & benchMask)
		i += step
	}
}

//go:noinline
//go:norace
func hitBool(i int) {
	if benchCounters[i] == 0 {
		benchCounters[i] = 1
	}
}

func runBool(n, i, step int) {
	for range n {
		hitBool(i & benchMask)
		i += step
	}
}

//go:noinline
func hitCount(i int) { atomic.AddUint32(&benchCounters[i], 1) }

func runCount(n, i, step int) {
	for range n {
		hitCount(i & benchMask)
		i += step
	}
}

//go:noinline
//go:norace
func hitCoverSet(i int) { benchCounters[i] = 1 }

func runCoverSet(n, i, step int) {
	for range n {
		hitCoverSet(i & benchMask)
		i += step
	}
}

//go:noinline
//go:norace
func hitCoverCount(i int) { benchCounters[i]++ }

func runCoverCount(n, i, step int) {
	for range n {
		hitCoverCount(i & benchMask)
		i += step
	}
}

//go:noinline
func hitCoverAtomic(i int) { atomic.AddUint32(&benchCounters[i], 1) }

func runCoverAtomic(n, i, step int) {
	for range n {
		hitCoverAtomic(i & benchMask)
		i += step
	}
}

// BenchmarkHit measures one core. The counter is hit before in "set", never in
// "unset" (a clear of the array for each 4096 hits is in the figure).
func BenchmarkHit(b *testing.B) {
	for _, form := range hitForms {
		b.Run("unset/"+form.name, func(b *testing.B) {
			for left := b.N; left > 0; left -= len(benchCounters) {
				clear(benchCounters[:])
				form.run(min(left, len(benchCounters)), 0, 1)
			}
		})
		b.Run("set/"+form.name, func(b *testing.B) {
			benchCounters[0] = 1
			form.run(b.N, 0, 0)
		})
	}
}

// BenchmarkHitParallel measures all cores at once, the figure is what a hit
// takes on each: on one counter in "contended", on a counter each in one cache
// line in "adjacent". The loop per core stands for b.RunParallel, whose own
// step would hide a hit.
func BenchmarkHitParallel(b *testing.B) {
	for _, form := range hitForms {
		b.Run("contended/"+form.name, func(b *testing.B) { onAllCores(func(int) { form.run(b.N, 0, 0) }) })
		b.Run("adjacent/"+form.name, func(b *testing.B) { onAllCores(func(core int) { form.run(b.N, core%16, 0) }) })
	}
}

func onAllCores(f func(core int)) {
	var wg sync.WaitGroup
	for core := range runtime.GOMAXPROCS(0) {
		wg.Go(func() { f(core) })
	}
	wg.Wait()
}

// BenchmarkRegister is what a package costs at the program's start.
func BenchmarkRegister(b *testing.B) {
	meta := string(manifest.AppendPackage(nil, simple("example.com/p", make([]uint32, 100)...).Package))
	counters := make([]uint32, 100)
	b.ReportAllocs()
	saved := registrations.Load()
	for b.Loop() {
		register(&counters[0], len(counters), meta)
	}
	registrations.Store(saved)
}

// BenchmarkPages is what a scrape costs, by the number of points.
func BenchmarkPages(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		large := simple("example.com/p", make([]uint32, n)...)
		for i := range large.counts {
			large.counts[i] = uint32(i % 2)
		}
		newest := list(large)
		r := reportOf(manifest.Main{}, large)
		b.Run(fmt.Sprintf("first-decode/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				newest.decoded = nil
				newCatalog(newest, manifest.Main{})
			}
		})
		b.Run(fmt.Sprintf("metrics/%d", n), func(b *testing.B) {
			for b.Loop() {
				_ = r.WriteMetrics(io.Discard, false)
			}
		})
		b.Run(fmt.Sprintf("track/%d", n), func(b *testing.B) {
			for b.Loop() {
				_ = r.WriteTrack(io.Discard, Query{})
			}
		})
	}
}

// BenchmarkObserve is what the observer costs each second while no point has
// been hit.
func BenchmarkObserve(b *testing.B) {
	c := newCatalog(list(simple("example.com/p", make([]uint32, 100_000)...)), manifest.Main{})
	for b.Loop() {
		observe(c)
	}
}
