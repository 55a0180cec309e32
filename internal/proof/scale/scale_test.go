//go:build unix

package scale

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var (
	packages = flag.Int("packages", 300, "number of packages of the repository with many")
	points   = flag.Int("points", 100_000, "number of points of the binary with many")
	lines    = flag.Int("lines", 50_000, "number of lines of the long file")
)

// BenchmarkManyPackages changes ten packages in a hundred of a repository, and
// compares the builds of its main with plain ones: cold, again, with one file
// touched, and with the base moved.
func BenchmarkManyPackages(b *testing.B) {
	w := newBench(b, "v1")
	w.must(manyPackages(w.dir, *packages))
	w.must(commit(w.dir, "v1"))
	for i := 0; i < *packages; i += 10 {
		w.must(os.WriteFile(filepath.Join(w.dir, fmt.Sprintf("p%d/p.go", i)), []byte(leaf(i, "n + 2")), 0o666))
	}
	for b.Loop() {
		base := w.build(plain)
		b.ReportMetric(base.cpu.Seconds(), "plain-cold-cpu-s")
		for _, kind := range []string{bare, driven} {
			c := w.build(kind)
			b.ReportMetric(float64(c.cpu)/float64(base.cpu), kind+"-cold÷plain")
			b.ReportMetric(c.peak, kind+"-peak-MiB")
		}
		compare(b, w, "no-op", func(int) {})
		compare(b, w, "touched", func(n int) {
			w.must(os.WriteFile(filepath.Join(w.dir, "p0/p.go"), []byte(leaf(0, fmt.Sprint("n + ", n+3))), 0o666))
		})
		index := w.run(bare, "goat", "index", "-o", filepath.Join(w.out, "index"))
		b.ReportMetric(index.cpu.Seconds(), "session-cpu-s")
		b.ReportMetric(index.peak, "session-peak-MiB")
	}
}

// BenchmarkService builds an application that links net/http and has 300
// changed functions in 30 packages, through the driver and bare. Targets:
// 1.03 × plain cold, 1.1 without a change, 1.05 with one file touched.
func BenchmarkService(b *testing.B) {
	w := newBench(b, "v1")
	w.must(service(w.dir, 30, func(p int) string { return functions(p, 1) }))
	w.must(commit(w.dir, "v1"))
	w.must(service(w.dir, 30, func(p int) string { return functions(p, 2) }))
	for b.Loop() {
		base := w.build(plain)
		for _, kind := range []string{bare, driven} {
			b.ReportMetric(float64(w.build(kind).cpu)/float64(base.cpu), kind+"-cold÷plain")
		}
		compare(b, w, "no-op", func(int) {})
		compare(b, w, "touched", func(n int) {
			w.must(os.WriteFile(filepath.Join(w.dir, "p7/p.go"), []byte(functions(7, 3+n)), 0o666))
		})
	}
}

// compare builds seven times after a change and reports the medians of the
// ratios to plain builds.
func compare(b *testing.B, w *bench, name string, change func(n int)) {
	b.Helper()
	ratios := make(map[string][]float64)
	for n := range 7 {
		change(n)
		base := w.build(plain)
		for _, kind := range []string{bare, driven} {
			ratios[kind] = append(ratios[kind], float64(w.build(kind).cpu)/float64(base.cpu))
		}
		b.ReportMetric(base.cpu.Seconds(), name+"-plain-cpu-s")
	}
	for kind, list := range ratios {
		b.ReportMetric(median(list), kind+"-"+name+"÷plain")
	}
}

// BenchmarkLongFile instruments a file of which every line is new. Both builds
// have compiled the standard library before.
func BenchmarkLongFile(b *testing.B) {
	w := newBench(b, "INIT")
	w.must(longFile(w.dir, *lines))
	main := filepath.Join(w.dir, "main.go")
	text, err := os.ReadFile(main)
	w.must(err)
	for b.Loop() {
		for _, kind := range []string{plain, bare, driven} {
			w.build(kind)
		}
		w.must(os.WriteFile(main, append(text, "\nvar _ = 1\n"...), 0o666))
		base := w.build(plain)
		b.ReportMetric(base.cpu.Seconds(), "plain-cpu-s")
		b.ReportMetric(base.peak, "plain-peak-MiB")
		for _, kind := range []string{bare, driven} {
			c := w.build(kind)
			b.ReportMetric(float64(c.cpu)/float64(base.cpu), kind+"÷plain")
			b.ReportMetric(c.peak, kind+"-peak-MiB")
		}
		w.must(os.WriteFile(main, text, 0o666))
	}
}

// BenchmarkHugeFunction compiles a function of thousands of changed cases, with
// and without calls to a small function that is inlined, and compares with -cover.
// Target: twice its time.
func BenchmarkHugeFunction(b *testing.B) {
	for _, calls := range []bool{false, true} {
		for _, cases := range []int{2000, 8000, 30_000} {
			b.Run(fmt.Sprintf("calls=%v/cases=%d", calls, cases), func(b *testing.B) {
				w := newBench(b, "v1")
				for b.Loop() {
					plain, covered, goat := w.hugeFunction(cases, calls)
					b.ReportMetric(plain.cpu.Seconds(), "plain-cpu-s")
					b.ReportMetric(float64(covered.cpu)/float64(plain.cpu), "cover÷plain")
					b.ReportMetric(float64(goat.cpu)/float64(covered.cpu), "goat÷cover")
				}
			})
		}
	}
}

// hugeFunction builds a program with a function of so many changed cases plain, with -cover
// and with goat. All builds have compiled the rest before.
func (b *bench) hugeFunction(cases int, calls bool) (plainly, covered, goat cost) {
	b.Helper()
	b.must(hugeFunction(b.dir, 10, calls, 1))
	if _, err := os.Stat(filepath.Join(b.dir, ".git")); err != nil {
		b.must(commit(b.dir, "v1"))
	}
	b.must(hugeFunction(b.dir, 10, calls, 2))
	b.build(plain)
	b.build(plain, "-cover")
	b.build(driven)
	b.must(hugeFunction(b.dir, cases, calls, 3))
	return b.build(plain), b.build(plain, "-cover"), b.build(driven)
}

// TestHugeFunction holds that time far below what it was when each hit had a position
// and a block of its own: 15 times that of -cover for this program.
func TestHugeFunction(t *testing.T) {
	w := newBench(t, "v1")
	const most = 4
	if _, covered, goat := w.hugeFunction(4000, true); goat.cpu > most*covered.cpu {
		t.Errorf("got %s of CPU with goat, %s with -cover, want %d times at most", goat.cpu, covered.cpu, most)
	}
}

// TestManyCalls compiles a function that calls small ones, with points in them,
// 3,000 times. When all of them are inlined with what counts, that takes 250
// times as long as without.
func TestManyCalls(t *testing.T) {
	w := newBench(t, "INIT")
	w.must(manyCalls(w.dir, 3000))
	base := w.build(plain)
	const most = 20
	if c := w.build(driven); c.cpu > most*base.cpu {
		t.Errorf("got %s of CPU with goat, %s without, want %d times at most", c.cpu, base.cpu, most)
	}
}
