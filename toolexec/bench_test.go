//go:build unix

package toolexec

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The targets are those of docs/performance.md. A benchmark prints its figure
// and never fails because of it, since it may run on shared machines.

// cost is what a command and its children used.
type cost struct {
	cpu   time.Duration
	wall  time.Duration
	maxKB int64
}

func measure(b *testing.B, dir string, env []string, argv ...string) cost {
	b.Helper()
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir, c.Env = dir, env
	start := time.Now()
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", argv, err, out)
	}
	usage := c.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), time.Since(start), usage.Maxrss}
}

// goatExec builds goat-exec once for a benchmark.
func goatExec(b *testing.B) string {
	b.Helper()
	exe := filepath.Join(b.TempDir(), "goat-exec")
	measure(b, "..", os.Environ(), "go", "build", "-o", exe, "./cmd/goat-exec")
	return exe
}

func median(ratios []float64) float64 {
	sort.Float64s(ratios)
	return ratios[len(ratios)/2]
}

// BenchmarkWrapper measures a goat-exec that has nothing to do, minus the cost
// of the tool. Target: 3 ms and 10 MB.
func BenchmarkWrapper(b *testing.B) {
	exe := goatExec(b)
	tool := filepath.Join(b.TempDir(), "asm")
	if err := os.WriteFile(filepath.Join(filepath.Dir(tool), "asm.go"), []byte("package main\nfunc main() {}\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	measure(b, filepath.Dir(tool), os.Environ(), "go", "build", "-o", tool, "asm.go")
	var extra, memory []float64
	for b.Loop() {
		with := measure(b, "", os.Environ(), exe, tool, "x")
		without := measure(b, "", os.Environ(), tool, "x")
		extra = append(extra, float64(with.cpu-without.cpu)/1e6)
		memory = append(memory, float64(with.maxKB)/1024)
	}
	b.ReportMetric(median(extra), "cpu-ms")
	b.ReportMetric(median(memory), "peak-MiB")
}

// service makes an application that links net/http and has 300 functions, n of
// which have changed since the commit tagged v1.
func service(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	write("go.mod", "module example.com/service\n\ngo 1.26\n")
	write("main.go", "package main\n\nimport \"net/http\"\n\nfunc main() {\n\tfor _, f := range fs {\n\t\tf(1)\n\t}\n\thttp.ListenAndServe(\"127.0.0.1:0\", nil)\n}\n")
	write("f.go", functions(0))
	write("touched.go", "package main\n\nfunc touched() int { return -1 }\n")
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-qm", "v1"}, {"tag", "v1"}} {
		measure(b, dir, os.Environ(), append([]string{"git"}, args...)...)
	}
	write("f.go", functions(n))
	return dir
}

// functions returns a file of 300 functions, the first n of them changed.
func functions(n int) string {
	var f, list strings.Builder
	f.WriteString("package main\n\n")
	for i := range 300 {
		k := i
		if i < n {
			k += 1000
		}
		fmt.Fprintf(&f, "func f%d(n int) int {\n\tif n > %d {\n\t\treturn n * %d\n\t}\n\tn += %d\n\treturn n - %d\n}\n\n", i, k, k, k, k)
		fmt.Fprintf(&list, "f%d, ", i)
	}
	return f.String() + "var fs = []func(int) int{" + list.String() + "}\n"
}

// pair runs a build with goat and one without, each with its own caches.
type pair struct {
	dir          string
	goat, plain  []string
	goatE, plnE  []string
	exe, outputs string
}

func newPair(b *testing.B, n int) *pair {
	b.Helper()
	p := &pair{dir: service(b, n), exe: goatExec(b), outputs: b.TempDir()}
	caches := b.TempDir()
	env := append(os.Environ(), "GOFLAGS=-mod=mod -buildvcs=false", "GOAT_BASE=v1")
	p.plnE = append(env[:len(env):len(env)], "GOCACHE="+filepath.Join(caches, "plain"))
	p.goatE = append(env[:len(env):len(env)], "GOCACHE="+filepath.Join(caches, "goat"), "GOAT_CACHE="+filepath.Join(caches, "own"))
	p.plain = []string{"go", "build", "-o", filepath.Join(p.outputs, "plain"), "."}
	p.goat = []string{"go", "build", "-o", filepath.Join(p.outputs, "goat"), "-toolexec=" + p.exe, "."}
	return p
}

func (p *pair) ratio(b *testing.B) float64 {
	b.Helper()
	with := measure(b, p.dir, p.goatE, p.goat...)
	without := measure(b, p.dir, p.plnE, p.plain...)
	return float64(with.cpu) / float64(without.cpu)
}

// BenchmarkColdBuild measures a first build with empty caches. Target: 1.03 ×
// plain.
func BenchmarkColdBuild(b *testing.B) {
	var ratios []float64
	for b.Loop() {
		ratios = append(ratios, newPair(b, 300).ratio(b))
	}
	b.ReportMetric(median(ratios), "×plain")
}

// BenchmarkNoOpBuild measures a build without changes. Target: 1.1 × plain.
func BenchmarkNoOpBuild(b *testing.B) {
	p := newPair(b, 30)
	p.ratio(b)
	var ratios []float64
	for b.Loop() {
		ratios = append(ratios, p.ratio(b))
	}
	b.ReportMetric(median(ratios), "×plain")
}

// BenchmarkOneFileTouched changes one file between builds, in a package with 30
// changed functions and in one with 300. Target: 1.05 × plain.
func BenchmarkOneFileTouched(b *testing.B) {
	for _, changed := range []int{30, 300} {
		b.Run(fmt.Sprintf("changed=%d", changed), func(b *testing.B) {
			p := newPair(b, changed)
			p.ratio(b)
			var ratios []float64
			for i := 0; b.Loop(); i++ {
				text := fmt.Sprintf("package main\n\nfunc touched() int { return %d }\n", i)
				if err := os.WriteFile(filepath.Join(p.dir, "touched.go"), []byte(text), 0o666); err != nil {
					b.Fatal(err)
				}
				ratios = append(ratios, p.ratio(b))
			}
			b.ReportMetric(median(ratios), "×plain")
		})
	}
}

// BenchmarkBaseMoved builds with another salt. Target: 0.12 × cold.
func BenchmarkBaseMoved(b *testing.B) {
	p := newPair(b, 30)
	cold := measure(b, p.dir, p.goatE, p.goat...)
	var ratios []float64
	for i := 0; b.Loop(); i++ {
		moved := measure(b, p.dir, append(p.goatE, "GOAT_CONFIG="+appConfig(b, i)), p.goat...)
		ratios = append(ratios, float64(moved.cpu)/float64(cold.cpu))
	}
	b.ReportMetric(median(ratios), "×cold")
}

// appConfig writes a configuration that changes goat's salt.
func appConfig(b *testing.B, i int) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "goat.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, "appVersion: \"%d\"\n", i), 0o666); err != nil {
		b.Fatal(err)
	}
	return file
}

// BenchmarkBinaryGrowth measures what 1,000 points add to a binary that has the
// runtime, and what the runtime adds to one that has net/http. Target for the
// points: 1 %.
func BenchmarkBinaryGrowth(b *testing.B) {
	p := newPair(b, 250) // four points for each function
	size := func(name string) float64 {
		info, err := os.Stat(filepath.Join(p.outputs, name))
		if err != nil {
			b.Fatal(err)
		}
		return float64(info.Size())
	}
	none := filepath.Join(b.TempDir(), "goat.yaml")
	if err := os.WriteFile(none, []byte("ignores: ['*.go']\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		measure(b, p.dir, append(p.goatE, "GOAT_CONFIG="+none), p.goat...)
		without := size("goat")
		p.ratio(b)
		b.ReportMetric(100*(size("goat")-without)/without, "%-points")
		b.ReportMetric(100*(without-size("plain"))/size("plain"), "%-runtime")
	}
}
