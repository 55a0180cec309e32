package rt

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// hitForm is one form of a hit. Each is the only statement of a function that
// is not inlined, once for each of two neighbouring counters.
type hitForm struct {
	name string
	run  [2]func(n int)
}

// What goat-exec generates, and what -covermode=set, count and atomic insert.
var (
	uninstrumented = hitForm{"uninstrumented", [2]func(int){repeatPlain3, repeatPlain4}}
	goatBool       = hitForm{"goat-bool", [2]func(int){repeatBool3, repeatBool4}}
	goatCount      = hitForm{"goat-count", [2]func(int){repeatCount3, repeatCount4}}
	coverSet       = hitForm{"cover-set", [2]func(int){repeatSet3, repeatSet4}}
	coverCount     = hitForm{"cover-count", [2]func(int){repeatIncrement3, repeatIncrement4}}
	coverAtomic    = hitForm{"cover-atomic", [2]func(int){repeatAtomic3, repeatAtomic4}}
	hitForms       = []hitForm{uninstrumented, goatBool, goatCount, coverSet, coverCount, coverAtomic}
)

var (
	benchFlags  [8]uint32
	benchShards [16][15]atomic.Uint64
)

//go:noinline
func plainHit3() {}

func repeatPlain3(n int) {
	for range n {
		plainHit3()
	}
}

//go:noinline
func plainHit4() {}

func repeatPlain4(n int) {
	for range n {
		plainHit4()
	}
}

//go:noinline
//go:norace
func boolHit3() {
	if benchFlags[3] == 0 {
		benchFlags[3] = 1
	}
}

func repeatBool3(n int) {
	for range n {
		boolHit3()
	}
}

//go:noinline
//go:norace
func boolHit4() {
	if benchFlags[4] == 0 {
		benchFlags[4] = 1
	}
}

func repeatBool4(n int) {
	for range n {
		boolHit4()
	}
}

//go:noinline
func countHit3() {
	here := 0
	benchShards[uintptr(unsafe.Pointer(&here))>>11*0x9e3779b1>>28&15][3].Add(1)
}

func repeatCount3(n int) {
	for range n {
		countHit3()
	}
}

//go:noinline
func countHit4() {
	here := 0
	benchShards[uintptr(unsafe.Pointer(&here))>>11*0x9e3779b1>>28&15][4].Add(1)
}

func repeatCount4(n int) {
	for range n {
		countHit4()
	}
}

//go:noinline
//go:norace
func setHit3() {
	benchFlags[3] = 1
}

func repeatSet3(n int) {
	for range n {
		setHit3()
	}
}

//go:noinline
//go:norace
func setHit4() {
	benchFlags[4] = 1
}

func repeatSet4(n int) {
	for range n {
		setHit4()
	}
}

//go:noinline
//go:norace
func incrementHit3() {
	benchFlags[3]++
}

func repeatIncrement3(n int) {
	for range n {
		incrementHit3()
	}
}

//go:noinline
//go:norace
func incrementHit4() {
	benchFlags[4]++
}

func repeatIncrement4(n int) {
	for range n {
		incrementHit4()
	}
}

//go:noinline
func atomicHit3() {
	atomic.AddUint32(&benchFlags[3], 1)
}

func repeatAtomic3(n int) {
	for range n {
		atomicHit3()
	}
}

//go:noinline
func atomicHit4() {
	atomic.AddUint32(&benchFlags[4], 1)
}

func repeatAtomic4(n int) {
	for range n {
		atomicHit4()
	}
}

// BenchmarkHit measures a call of such a function in ns: on one core, on all
// cores with one counter, and on all cores with neighbouring counters in one
// cache line.
func BenchmarkHit(b *testing.B) {
	for _, form := range hitForms {
		b.Run(form.name, func(b *testing.B) {
			var one, contended, adjacent mean
			for b.Loop() {
				one.add(bursts(1, func(int) { form.run[0](burstHits) }))
				contended.add(bursts(runtime.GOMAXPROCS(0), func(int) { form.run[0](burstHits) }))
				adjacent.add(bursts(runtime.GOMAXPROCS(0), func(core int) { form.run[core%2](burstHits) }))
			}
			one.report(b, "ns-one-core")
			contended.report(b, "ns-contended")
			adjacent.report(b, "ns-adjacent")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkHitTargets compares pairs of forms in turns. Targets: a bool hit
// takes no longer than one of -covermode=set, on one core and on all; an exact
// count under contention takes half as long as one of -covermode=atomic.
func BenchmarkHitTargets(b *testing.B) {
	cores := runtime.GOMAXPROCS(0)
	for _, target := range []struct {
		name        string
		cores       int
		goat, cover hitForm
		at          float64
	}{
		{"bool-one-core", 1, goatBool, coverSet, 1},
		{"bool-all-cores", cores, goatBool, coverSet, 1},
		{"count-one-core", 1, goatCount, coverAtomic, 0},
		{"count-all-cores", cores, goatCount, coverAtomic, 0.5},
	} {
		b.Run(target.name, func(b *testing.B) {
			var with, cover mean
			for b.Loop() {
				with.add(bursts(target.cores, func(int) { target.goat.run[0](burstHits) }))
				cover.add(bursts(target.cores, func(int) { target.cover.run[0](burstHits) }))
			}
			b.ReportMetric(with.value()/cover.value(), "×cover")
			if target.at > 0 {
				b.ReportMetric(target.at, "×target")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

const (
	burstHits = 5000
	rounds    = 50
)

// bursts calls f on each core at the same time, again and again, and returns
// the time of one hit in ns. It leaves out bursts in which the cores did not
// run at the same time, because the machine had other things to do. It does not
// use b.RunParallel, whose own overhead would hide a hit.
func bursts(cores int, f func(core int)) []float64 {
	type span struct{ start, end time.Duration }
	spans := make([][rounds]span, cores)
	begin := time.Now()
	var ready atomic.Int64
	var wg sync.WaitGroup
	for core := range cores {
		wg.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for round := range rounds {
				deeper(rand.IntN(32), func() {
					ready.Add(1)
					for ready.Load() < int64(cores*(round+1)) {
					}
					spans[core][round].start = time.Since(begin)
					f(core)
					spans[core][round].end = time.Since(begin)
				})
			}
		})
	}
	wg.Wait()
	var took []float64
	for round := range rounds {
		all, common := spans[0][round], spans[0][round]
		for _, s := range spans {
			all.start, all.end = min(all.start, s[round].start), max(all.end, s[round].end)
			common.start, common.end = max(common.start, s[round].start), min(common.end, s[round].end)
		}
		if common.end-common.start > (all.end-all.start)*3/4 {
			took = append(took, float64((all.end-all.start).Nanoseconds())/burstHits)
		}
	}
	return took
}

// deeper calls f at different stack depths, as in real programs, because the
// stack's address chooses the shard.
func deeper(n int, f func()) {
	var frame [512]byte
	if n == 0 {
		f()
	} else {
		deeper(n-1, f)
	}
	runtime.KeepAlive(&frame)
}

// mean leaves out bursts that were interrupted on all cores: those that took
// ten times as long as the fastest.
type mean struct{ samples []float64 }

func (m *mean) add(ns []float64) { m.samples = append(m.samples, ns...) }

func (m *mean) value() float64 {
	least := 0.0
	for _, s := range m.samples {
		if least == 0 || s < least {
			least = s
		}
	}
	sum, n := 0.0, 0
	for _, s := range m.samples {
		if s < 10*least {
			sum, n = sum+s, n+1
		}
	}
	return sum / float64(n)
}

func (m *mean) report(b *testing.B, unit string) { b.ReportMetric(m.value(), unit) }
