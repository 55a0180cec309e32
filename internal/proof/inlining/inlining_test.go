package inlining_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/proof/inlining"
	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

// sample has functions that just fit into the compiler's budget.
var sample = map[string]string{
	"go.mod":     "module example.com/sample\n\ngo 1.26\n",
	"goat.yaml":  "oldBranch: INIT\nserve: \"off\"\n",
	"count.yaml": "oldBranch: INIT\nserve: \"off\"\ndataType: count\n",
	"lib/lib.go": `package lib

func Just(a, b, c, d int) int {
	a += b*c + d*a + b*b + c*c + d*d
	b += a*c + d*b + a*a
	c += a*b + d*d
	d = a + b*c + a*b
	return a + b + c + d
}

type T struct{ n int }

func (t *T) Add(n int) {
	if n > 3 {
		t.n += n
	} else if n > 2 {
		t.n -= n
	}
	t.n++
}

func Calls(n int) int { return Just(1, 2, 3, n) }

func Each(f func(int)) {
	for i := range 3 {
		f(i)
	}
}

func Switch(n int) int {
	switch n {
	case 1:
		return 4
	case 2:
		return 5
	}
	return n
}

func Loop(list []int) (sum int) {
	for _, n := range list {
		if n > 2 {
			continue
		}
		sum += n
	}
	return
}

func Max[N int | float64](a, b N) N {
	if a < b {
		a = b
	}
	return a
}

// only is compiled here alone, at all the budget that it has.
func only[N int | uint8](a, b, c, d N) N {
	a += b*c + d*a + b*b + c*c + d*d
	b += a*c + d*b + a*a
	c += a*b + d*d
	d = a + b*c + a*b
	return a + b + c
}

func Only(n int) int { return only(n, 2, 3, 4) + int(only[uint8](1, 2, 3, 4)) }

type List[E any] struct{ all []E }

func (l *List[E]) Push(e E) {
	l.all = append(l.all, e)
}

func (l *List[E]) Len() int { return len(l.all) }
`,
	"main/main.go": `package main

import "example.com/sample/lib"

func just(a, b, c, d int) int {
	a += b*c + d*a + b*b + c*c + d*d
	b += a*c + d*b + a*a
	c += a*b + d*d
	d = a + b*c + a*b
	return a + b + c + d
}

func main() {
	var t lib.T
	t.Add(just(1, 2, 3, 4))
	lib.Each(func(n int) {
		t.Add(lib.Max(n, 2))
	})
	var l lib.List[string]
	l.Push("a")
	println(lib.Only(2), lib.Calls(lib.Switch(2)), lib.Loop([]int{1, 2}), l.Len())
}
`,
}

// TestNothingLosesInlining instruments functions that have nothing left of
// their budget.
func TestNothingLosesInlining(t *testing.T) {
	exe := filepath.Join(scriptcmd.Build(t, "../../.."), "goat-exec")
	dir := write(t, sample)
	config := filepath.Join(dir, "count.yaml")
	env := []string{"GOFLAGS=-buildvcs=false", "GOWORK=off", "GOAT_CACHE=" + t.TempDir()}
	for name, test := range map[string]struct {
		flags []string // of go build
		goat  string
	}{
		"line":  {goat: " -granularity=line"},
		"cover": {goat: " -granularity=patch", flags: []string{"-cover"}},
		"count": {goat: " -granularity=line -config=" + config},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := inlining.Compare(inlining.Build{Dir: dir, Patterns: []string{"./..."}, Flags: test.flags, Toolexec: exe + test.goat, Env: env})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string(nil), r.Lost); diff != "" {
				t.Errorf("functions of %d that are not inlined any more (-want +got):\n%s", r.Functions, diff)
			}
			if diff := cmp.Diff([]string(nil), r.LostCalls); diff != "" {
				t.Errorf("calls of %d that are not inlined any more (-want +got):\n%s", r.Calls, diff)
			}
		})
	}
}

func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// modules are those of goat's own build list whose functions the benchmark
// looks at; their packages by pattern.
var modules = map[string][]string{
	"github.com/goat-trace/goat":         {"./..."},
	"github.com/google/go-cmp":           {"./..."},
	"github.com/VictoriaMetrics/metrics": {"./..."},
	"github.com/sourcegraph/go-diff":     {"./diff"},
	"github.com/dave/dst":                {".", "./decorator"},
	"go.yaml.in/yaml/v3":                 {"./..."},
	"golang.org/x/mod":                   {"./..."},
	"golang.org/x/tools":                 {"./go/ssa", "./go/types/...", "./internal/diff/..."},
}

// BenchmarkInlining says how many functions of real modules lose inlining when
// everything in them is instrumented, and which. Target: none, and of those in the
// trace scope changed only such as are not tiny.
func BenchmarkInlining(b *testing.B) {
	exe := filepath.Join(b.TempDir(), "goat-exec")
	if out, err := exec.Command("go", "build", "-o", exe, "../../../cmd/goat-exec").CombinedOutput(); err != nil {
		b.Fatalf("building goat-exec: %v\n%s", err, out)
	}
	config := filepath.Join(b.TempDir(), "goat.yaml")
	if err := os.WriteFile(config, []byte("oldBranch: INIT\nserve: \"off\"\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	env := []string{"GOFLAGS=-mod=mod -buildvcs=false", "GOWORK=off", "GOAT_CACHE=" + b.TempDir()}
	for module, patterns := range modules {
		dir := copyModule(b, module)
		for name, flags := range map[string]string{
			"line": " -granularity=line", "patch": " -granularity=patch", "trace": " -granularity=line -trace-scope=changed",
		} {
			b.Run(module+"/"+name, func(b *testing.B) {
				for b.Loop() {
					r, err := inlining.Compare(inlining.Build{
						Dir: dir, Patterns: patterns, Env: env,
						Toolexec: exe + " -config=" + config + flags,
					})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(r.Functions), "functions")
					b.ReportMetric(float64(len(r.Lost)), "lost")
					b.ReportMetric(float64(r.Dearer), "dearer")
					b.ReportMetric(float64(r.Calls), "calls")
					b.ReportMetric(float64(len(r.LostCalls)), "calls-lost")
					b.ReportMetric(0, "ns/op")
					b.Logf("functions that lose inlining: %q\ncalls: %q", r.Lost, r.LostCalls)
				}
			})
		}
	}
}

// copyModule copies a module of the build list to where it may be changed.
func copyModule(b *testing.B, path string) string {
	b.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", path).Output()
	if err != nil {
		b.Fatalf("finding module %s: %v", path, err)
	}
	dir := b.TempDir()
	src := strings.TrimSpace(string(out))
	err = filepath.WalkDir(src, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == ".git" && d.IsDir() {
			return fs.SkipDir
		}
		if !d.IsDir() && !d.Type().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(src, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(dir, rel), 0o777)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, rel), data, 0o666)
	})
	if err != nil {
		b.Fatalf("copying module %s: %v", path, err)
	}
	return dir
}
