package report_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/internal/covered"
	"github.com/goat-trace/goat/hub/report/profile"
)

func parse(t testing.TB, text []byte) *profile.Profile {
	t.Helper()
	p, err := profile.Parse(text, profile.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newReport(t testing.TB, p *profile.Profile, sources report.Sources) *report.Report {
	t.Helper()
	r, err := report.New(context.Background(), p, sources)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func funcText(t testing.TB, r *report.Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteFuncs(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The func report of real modules is, byte for byte, what go tool cover says.
func TestFuncsOfRealModules(t *testing.T) {
	for _, c := range []struct {
		name, dir string
		packages  []string
	}{
		{"GOROOT", "", []string{"text/tabwriter", "encoding/csv", "go/scanner", "container/ring"}},
		{"this module", "../..", []string{"./internal/syntax", "./internal/bounded", "./internal/terminal"}},
		{"dependencies", "..", []string{"golang.org/x/tools/cover", "golang.org/x/tools/txtar", "github.com/spf13/pflag"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := covered.TestProfile(t, c.dir, c.packages...)
			compareFuncs(t, c.dir, text, covered.Sources(covered.Dirs(t, c.dir, c.packages...)))
		})
	}
}

func compareFuncs(t *testing.T, dir string, text []byte, sources report.Sources) *report.Report {
	t.Helper()
	name := filepath.Join(t.TempDir(), "cover.out")
	if err := os.WriteFile(name, text, 0o666); err != nil {
		t.Fatal(err)
	}
	want := covered.Go(t, dir, "tool", "cover", "-func="+name)
	r := newReport(t, parse(t, text), sources)
	if diff := cmp.Diff(string(want), funcText(t, r)); diff != "" {
		t.Errorf("func report (-go tool cover +got):\n%s", diff)
	}
	if r.Total.Covered == 0 || r.Total.Covered == r.Total.Statements {
		t.Errorf("got a total of %v, want some statements covered and some not", r.Total)
	}
	return r
}

// oddities has what makes lines and functions hard to match.
const oddities = `
-- go.mod --
module example.com/odd

go 1.26
-- odd.go --
package odd

var literal = func(n int) int {
	return n
}

func _() { literal(1) }

func asm() int { return 1 }; func oneLine() {}

type T[K any] struct{}

func (*T[K]) Method(f func()) {
	defer func() { recover() }()
	if f != nil { f() } else { panic(1) }
}

func labels() {
loop:
	for {
		select {
		default:
			break loop
		}
	}
}
-- lines.go --
package odd

func before() {
	labels()
//line lines.go:3
	labels()
}

//line lines.go:200
func after(n int) {
	if n > 0 {
//line lines.go:1:1
		labels()
	}
//line lines.go:300
}
-- odd_test.go --
package odd

import "testing"

func Test(t *testing.T) {
	new(T[int]).Method(nil)
	labels()
	after(0)
}
`

func TestFuncsOfOddities(t *testing.T) {
	dir := covered.Module(t, oddities)
	text := covered.TestProfile(t, dir, "-covermode=count", ".")
	r := compareFuncs(t, dir, text, covered.Sources{"example.com/odd": dir})
	if r.Blocks.Statements <= r.Total.Statements {
		t.Errorf("got %d statements in blocks and %d in functions, want more in blocks: there is a literal outside", r.Blocks.Statements, r.Total.Statements)
	}
}

// What has no text, or one that does not parse, counts with its blocks.
func TestMissingSource(t *testing.T) {
	p := parse(t, []byte("mode: set\nm/a.go:3.10,5.2 2 1\nm/a.go:7.10,9.2 1 0\nm/broken.go:1.1,2.2 1 0\nn/gone.go:1.1,2.2 4 1\n"))
	dir := covered.Module(t, "-- a.go --\npackage m\n\nfunc f() {\n\tf()\n}\n\nfunc g() {\n\tf()\n}\n-- broken.go --\npackage m; func (\n")
	r := newReport(t, p, covered.Sources{"m": dir})
	want := "m/a.go:3:\tf\t\t100.0%\nm/a.go:7:\tg\t\t0.0%\nm/broken.go:\t(no source)\t0.0%\nn/gone.go:\t(no source)\t100.0%\ntotal:\t\t(statements)\t75.0%\n"
	if diff := cmp.Diff(want, funcText(t, r)); diff != "" {
		t.Errorf("func report (-want +got):\n%s", diff)
	}
	if r.Missing != 2 || r.Files[0].Missing != "" || !strings.Contains(r.Files[1].Missing, "parsing the source") || r.Files[2].Missing != "no package n here" {
		t.Errorf("got %d missing: %q, %q, %q", r.Missing, r.Files[0].Missing, r.Files[1].Missing, r.Files[2].Missing)
	}
	if got, want := funcText(t, newReport(t, parse(t, []byte("mode: set\n")), covered.Sources{})), "total:\t(statements)\t0.0%\n"; got != want {
		t.Errorf("an empty profile: got %q, want %q", got, want)
	}
}

func TestReportEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := parse(t, bytes.Join([][]byte{[]byte("mode: set\n"), []byte("m/a.go:3.10,5.2 2 1\n")}, nil))
	if _, err := report.New(ctx, p, covered.Sources{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
