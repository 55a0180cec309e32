package rt_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/internal/rttest"
	"github.com/goat-trace/goat/rt/manifest"
)

func points(n int) []manifest.Point {
	var pts []manifest.Point
	for i := range n {
		pts = append(pts, manifest.Point{File: "x.go", Func: "F", Kind: "stmt", Line: 10 + i, EndLine: 10 + i, Lines: [][2]int{{10 + i, 10 + i}}})
	}
	return pts
}

// early is initialised before the runtime, because it does not import it and
// main imports early first. It counts a hit before it is registered.
const early = `package early

var First = func() int { goatHit(0); return 1 }()

func F() { goatHit(2) }
`

const bindingMain = `package main

import (
	"example.com/app/early"
	"fmt"
)

func main() {
	early.F()
	report(early.First)
	fmt.Println("done")
}
`

func TestBinding(t *testing.T) {
	t.Parallel()
	withRuntime := `package main

import (
	"fmt"

	"github.com/goat-trace/goat/rt"
)

func report(int) {
	for _, p := range rt.Snapshot() {
		fmt.Println(p.ID, p.Package, p.Line, p.Count)
	}
	fmt.Println(rt.Components()[0].Name)
}
`
	tests := map[string]struct {
		runtime, report, want string
		flags, env            []string
	}{
		"without runtime": {
			report: "package main\n\nfunc report(int) {}\n",
			want:   "done\n",
		},
		"with runtime": {
			runtime: "rt", report: withRuntime,
			want: "1 example.com/app/early 10 1\n2 example.com/app/early 11 0\n3 example.com/app/early 12 1\nexample.com/app\ndone\n",
		},
		"unoptimised pie": {
			runtime: "rt", report: withRuntime,
			flags: []string{"-gcflags=all=-N -l", "-buildmode=pie"},
			env:   []string{"CGO_ENABLED=0"},
			want:  "1 example.com/app/early 10 1\n2 example.com/app/early 11 0\n3 example.com/app/early 12 1\nexample.com/app\ndone\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exe := rttest.Build(t, rttest.Program{
				Files:    map[string]string{"main.go": bindingMain, "report.go": test.report, "early/early.go": early},
				Packages: map[string]manifest.Package{"early": {Points: points(3)}},
				Runtime:  test.runtime,
				Flags:    test.flags,
				Env:      test.env,
			})
			out, err := exec.Command(exe).CombinedOutput()
			if err != nil {
				t.Fatalf("got %v, want a clean exit; output:\n%s", err, out)
			}
			if diff := cmp.Diff(test.want, strings.ReplaceAll(string(out), "\r", "")); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}
