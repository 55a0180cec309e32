package inlining_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/inlining"
	"github.com/goat-trace/goat/internal/scriptcmd"
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
	println(lib.Calls(lib.Switch(2)), lib.Loop([]int{1, 2}), l.Len())
}
`,
}

// TestNothingLosesInlining instruments functions that have nothing left of
// their budget.
func TestNothingLosesInlining(t *testing.T) {
	exe := filepath.Join(scriptcmd.Build(t, "../.."), "goat-exec")
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
