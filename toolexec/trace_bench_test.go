//go:build unix

package toolexec

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/trace"
)

// traceAims are how many times as long code of each kind may take at most: linked and
// off, and recorded without values.
var traceAims = map[string][2]float64{
	"fib": {1.1, 0}, "quicksort": {0, 4}, "vector": {1.6, 0}, "encode": {1.4, 7}, "http": {1.03, 1.1},
}

// traceBuilds are the ways to build the program: without goat, with points alone, and
// with the two trace scopes.
var traceBuilds = map[string]string{
	"plain": "", "points": "-serve=file", "changed": "-serve=file -trace-scope=changed", "all": "-serve=file -trace-scope=./...",
}

// BenchmarkTrace runs a program without goat, with points alone, and in a trace scope:
// with nothing recorded, recorded, and recorded with values. It logs target and figure.
// What the tracer costs while it is off is measured against the program with points,
// which cost something too. The ways follow each other, three times; the least
// processor time of each counts.
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
	for out, flags := range traceBuilds {
		c := exec.Command("go", "build", "-o", out, ".")
		if flags != "" {
			c = exec.Command("go", "build", "-o", out, "-toolexec="+exe+" -base=INIT "+flags, ".")
		}
		c.Dir = dir
		c.Env = append(os.Environ(), "GOAT_CACHE="+filepath.Join(dir, "cache"), "GOFLAGS=-buildvcs=false")
		if out, err := c.CombinedOutput(); err != nil {
			b.Fatalf("building: %v\n%s", err, out)
		}
	}
	steps := filepath.Join(dir, "steps")
	recorded := []string{"GOAT_TRACE_DIR=" + steps, "GOAT_TRACE_BYTES=0", "GOAT_TRACE_VALUES=0"}
	values := []string{"GOAT_TRACE_DIR=" + steps, "GOAT_TRACE_BYTES=0", "GOAT_TRACE_VALUES=1"}
	ways := []struct {
		build, name string
		env         []string
	}{
		{"plain", "plain", nil}, {"points", "points", nil},
		{"changed", "changed off", []string{"GOAT_TRACE=off"}}, {"changed", "changed recorded", recorded}, {"changed", "changed values", values},
		{"all", "all off", []string{"GOAT_TRACE=off"}}, {"all", "all recorded", recorded}, {"all", "all values", values},
	}
	best := make(map[string]map[string]float64)
	size := make(map[string]float64)
	for range b.N {
		for range 3 {
			for _, w := range ways {
				times := best[w.name]
				least(&times, timesOf(b, dir, "./"+w.build, w.env))
				best[w.name] = times
				if _, known := size[w.name]; w.env != nil && !known && w.env[0] != "GOAT_TRACE=off" {
					size[w.name] = bytesAStep(b, steps)
				}
				os.RemoveAll(steps)
			}
		}
	}
	for _, name := range []string{"fib", "quicksort", "vector", "encode", "http"} {
		of := func(way, of string) float64 { return best[way][name] / best[of][name] }
		aim := traceAims[name]
		b.Logf("%-9s points %4.2f  off %4.2f (aim %4.2f)  recorded %5.2f (aim %4.1f)  values %5.2f | all functions: off %4.2f  recorded %5.2f  values %5.2f",
			name, of("points", "plain"), of("changed off", "points"), aim[0], of("changed recorded", "plain"), aim[1], of("changed values", "plain"),
			of("all off", "points"), of("all recorded", "plain"), of("all values", "plain"))
	}
	for _, w := range []string{"changed recorded", "all recorded", "all values"} {
		b.Logf("bytes a step, %s: %.2f in memory and stored (aim 4 and 2)", w, size[w])
	}
}

// bytesAStep returns how many bytes a step takes in the files of the runs in a
// directory.
func bytesAStep(b *testing.B, dir string) float64 {
	b.Helper()
	runs, err := trace.List(dir)
	if err != nil {
		b.Fatal(err)
	}
	var bytes, steps float64
	for _, run := range runs {
		r, err := trace.Open(run)
		if err != nil {
			b.Fatal(err)
		}
		for _, t := range r.Traces {
			steps += float64(t.Steps)
		}
		files, _ := filepath.Glob(filepath.Join(run, "segments-*"))
		for _, f := range files {
			if info, err := os.Stat(f); err == nil {
				bytes += float64(info.Size())
			}
		}
	}
	return bytes / steps
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
