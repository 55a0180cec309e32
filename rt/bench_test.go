package rt

import (
	"fmt"
	"io"
	"testing"

	"github.com/goat-trace/goat/rt/manifest"
)

// BenchmarkRegister measures what each package costs at program start.
func BenchmarkRegister(b *testing.B) {
	meta := string(manifest.AppendPackage(nil, simple("example.com/p", make([]uint32, 100)...).Package))
	words := make([]uint32, 100)
	b.ReportAllocs()
	saved := registrations.Load()
	for b.Loop() {
		register(counters{n: len(words), flags: &words[0]}, meta)
	}
	registrations.Store(saved)
}

// BenchmarkPages measures what a scrape costs, by the number of points.
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

// BenchmarkObserve measures what the observer costs each second while no point
// has been hit.
func BenchmarkObserve(b *testing.B) {
	c := newCatalog(list(simple("example.com/p", make([]uint32, 100_000)...)), manifest.Main{})
	for b.Loop() {
		observe(c)
	}
}

// BenchmarkRead measures a reading without changes, which most scrapes are.
func BenchmarkRead(b *testing.B) {
	large := simple("example.com/p", make([]uint32, 100_000)...)
	saved := registrations.Load()
	register(counters{n: len(large.counts), flags: &large.counts[0]}, string(manifest.AppendPackage(nil, large.Package)))
	b.ReportAllocs()
	for b.Loop() {
		Read()
	}
	registrations.Store(saved)
}
