package oracle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/proof/oracle"
	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

const root = "../../.."

// TestConstructs holds goat's hits in a program with every construct against
// cover's.
func TestConstructs(t *testing.T) {
	dir := extract(t, filepath.Join(root, "testdata", "programs", "constructs.txtar"))
	points := map[point.Granularity]int{point.Line: 400, point.Patch: 300, point.Scope: 250, point.Func: 100}
	for _, g := range point.Granularities() {
		t.Run(string(g), func(t *testing.T) {
			exact := g != point.Line // whose counts are held by TestDependencies
			config := filepath.Join(dir, "goat.yaml")
			if exact {
				config = counting(t)
			}
			b := newBuilder(t, config)
			b.Granularity = g
			items, profile, err := b.Program(dir, ".")
			if err != nil {
				t.Fatal(err)
			}
			run := oracle.Run{Dir: dir, Patterns: []string{"./..."}, Granularity: g, Items: items, Profile: profile, Exact: exact}
			v := judge(t, run)
			for _, left := range v.Left {
				t.Errorf("%s: want a comment that it is left early", left)
			}
			if v.Points < points[g] || v.Apart < 40 && g != point.Func {
				t.Errorf("got %d points with a block and %d without, want %d and 40 at least", v.Points, v.Apart, points[g])
			}
			checkJudge(t, run, v.Blocks+v.Compared-2*v.Early)
			if g == point.Line {
				checkWants(t, dir, items)
			}
		})
	}
}

// counting returns the name of a goat.yaml with exact counts.
func counting(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "goat.yaml")
	if err := os.WriteFile(name, []byte("serve: file\ndataType: count\ngenerated: true\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func checkWants(t *testing.T, dir string, items []oracle.Item) {
	t.Helper()
	wants, err := oracle.Wants(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range oracle.CheckWants(wants, items) {
		t.Error(problem)
	}
}

// TestOwnPackages holds goat's hits in this repository's tests against
// cover's.
func TestOwnPackages(t *testing.T) {
	patterns := []string{"./internal/syntax", "./analyzers", "./internal/config", "./internal/gocmd"}
	config := filepath.Join(t.TempDir(), "goat.yaml")
	if err := os.WriteFile(config, []byte("serve: file\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	b := newBuilder(t, config)
	// The packages' tests run each other's code, which goat counts, too.
	items, profile, err := b.Tests(root, []string{"-coverpkg=" + strings.Join(patterns, ",")}, patterns)
	if err != nil {
		t.Fatal(err)
	}
	v := judge(t, oracle.Run{Dir: root, Patterns: patterns, Items: items, Profile: profile})
	if v.Hit < 400 {
		t.Errorf("got %d points hit, want 400 at least", v.Hit)
	}
}

// checkJudge turns every hit around: the oracle must object to each block,
// but for the few that may be left early.
func checkJudge(t *testing.T, run oracle.Run, want int) {
	t.Helper()
	turned := append([]oracle.Item(nil), run.Items...)
	for i := range turned {
		turned[i].Count = 1 - min(turned[i].Count, 1)
	}
	run.Items = turned
	v, err := run.Judge()
	if err != nil {
		t.Fatal(err)
	}
	if got := len(v.Problems) + len(v.Left); got < want {
		t.Errorf("got %d problems with every hit turned around, want %d at least", got, want)
	}
}

func judge(t *testing.T, run oracle.Run) oracle.Verdict {
	t.Helper()
	v, err := run.Judge()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d points compared, %d hit; %d statements vouched for; %d points have no block, %d of them compared; %d counts fall",
		v.Points, v.Hit, v.Vouched, v.Apart, v.Compared, len(v.Left))
	for _, problem := range v.Problems {
		t.Error(problem)
	}
	return v
}

func newBuilder(t *testing.T, config string) oracle.Builder {
	t.Helper()
	work := t.TempDir()
	return oracle.Builder{
		Exec:   filepath.Join(scriptcmd.Build(t, root), "goat-exec"),
		Config: config,
		Env:    []string{"GOAT_CACHE=" + scriptcmd.Cache(t), "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local"},
		Work:   work,
	}
}

// extract writes a txtar archive's files to a new directory.
func extract(t *testing.T, file string) string {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
