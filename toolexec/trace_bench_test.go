//go:build unix

package toolexec

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// traceAims are how many times as long code of each kind may take at most: linked and
// off, and recorded without values.
var traceAims = map[string][2]float64{
	"fib": {1.1, 0}, "quicksort": {0, 4}, "vector": {1.6, 0}, "encode": {1.4, 7}, "http": {1.03, 1.1},
}

// BenchmarkTrace runs a program without goat, with everything in the trace scope and
// nothing recorded, recorded, and recorded with values. It logs target and figure.
// Each way is run three times, one after the other; the least times count.
func BenchmarkTrace(b *testing.B) {
	dir := b.TempDir()
	text, err := os.ReadFile("testdata/tracecost.go.txt")
	if err != nil {
		b.Fatal(err)
	}
	for name, data := range map[string][]byte{"go.mod": []byte("module example.com/tracecost\n\ngo 1.26\n"), "main.go": text} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			b.Fatal(err)
		}
	}
	exe := goatExec(b)
	build := func(out string, args ...string) {
		c := exec.Command("go", append(append([]string{"build", "-o", out}, args...), ".")...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GOAT_CACHE="+filepath.Join(dir, "cache"), "GOFLAGS=-buildvcs=false")
		if out, err := c.CombinedOutput(); err != nil {
			b.Fatalf("building: %v\n%s", err, out)
		}
	}
	build("plain")
	build("traced", "-toolexec="+exe+" -base=INIT -trace-scope=./... -serve=file")
	ways := [][]string{{"GOAT_TRACE=off"}, {"GOAT_TRACE_DIR=" + filepath.Join(dir, "steps"), "GOAT_TRACE_BYTES=0"}, {"GOAT_TRACE_DIR=" + filepath.Join(dir, "steps"), "GOAT_TRACE_BYTES=0", "GOAT_TRACE_VALUES=1"}}
	best := make([]map[string]float64, len(ways)+1) // the last is plain
	for range b.N {
		for range 3 {
			for i, env := range append(ways, nil) {
				exe := "./traced"
				if env == nil {
					exe = "./plain"
				}
				least(&best[i], timesOf(b, dir, exe, env))
				os.RemoveAll(filepath.Join(dir, "steps"))
			}
		}
	}
	ratio := func(way int, name string) float64 { return best[way][name] / best[len(ways)][name] }
	for _, name := range []string{"fib", "quicksort", "vector", "encode", "http"} {
		aim := traceAims[name]
		b.Logf("%-10s off %5.2f (aim %4.2f)   recorded %6.2f (aim %4.1f)   with values %6.2f", name, ratio(0, name), aim[0], ratio(1, name), aim[1], ratio(2, name))
	}
}

// least keeps the lesser figures.
func least(best *map[string]float64, times map[string]float64) {
	if *best == nil {
		*best = times
	}
	for name, ns := range times {
		(*best)[name] = min((*best)[name], ns)
	}
}

// timesOf runs a program of testdata/tracecost.go.txt and returns its figures.
func timesOf(b *testing.B, dir, exe string, env []string) map[string]float64 {
	b.Helper()
	c := exec.Command(exe)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, err := c.Output()
	if err != nil {
		b.Fatalf("running %s: %v", exe, err)
	}
	times := make(map[string]float64)
	for line := range strings.Lines(string(out)) {
		if name, ns, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			times[name], _ = strconv.ParseFloat(ns, 64)
		}
	}
	return times
}
