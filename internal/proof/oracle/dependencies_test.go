package oracle_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/proof/oracle"
	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

// dependency is a module whose own tests are run.
type dependency struct {
	path string
	old  string // "": everything counts as changed
	// version is the one that is tested; "" is goat's own.
	version string
	// packages are those that are tested; nil is all.
	packages []string
	skip     string // tests that fail without goat and take the package's others along
	// granularities are those to judge; nil is line alone.
	granularities []point.Granularity
	later         map[string]string // functions that run on behind the tests' end, and why
	quick         bool              // in plain tests; the others are downloaded in part
	hit           int               // points that must be hit at line granularity
}

// dependencies are goat's own, whole and from version to version, and a few
// modules whose code is unlike theirs.
func dependencies() []dependency {
	endless := map[string]string{"summary.go summariesSwapCron": "a goroutine that swaps windows for ever"}
	return []dependency{
		{path: "github.com/sourcegraph/go-diff", quick: true, hit: 450},
		{path: "golang.org/x/mod", hit: 2250},
		{path: "github.com/google/go-cmp", hit: 1600, granularities: point.Granularities()},
		{path: "go.yaml.in/yaml/v3", hit: 2600},
		{path: "github.com/VictoriaMetrics/metrics", hit: 860, skip: byTheClock, later: endless},
		{path: "github.com/valyala/histogram", hit: 36},
		{path: "github.com/valyala/fastrand", hit: 17},
		{path: "github.com/dave/dst", hit: 3800},
		{path: "golang.org/x/sync", hit: 130},
		{path: "github.com/rogpeppe/go-internal", hit: 1380, later: map[string]string{
			"testscript/exe.go testingMRun.func1":   "deferred in TestMain",
			"testscript/exe.go testingMRun.func1.1": "a divided condition of it",
			"par/work.go (*Work).runner":            "Do returns when it has told the other 99 to end",
		}},
		{path: "golang.org/x/tools", hit: 11000, packages: toolsPackages()},
		{path: "golang.org/x/mod", old: "v0.12.0", hit: 185},
		{path: "github.com/google/go-cmp", old: "v0.5.0", hit: 150},
		{path: "github.com/sourcegraph/go-diff", old: "v0.5.3", hit: 260},
		{path: "github.com/VictoriaMetrics/metrics", old: "v1.20.0", hit: 400, skip: byTheClock, later: endless},
		{path: "go.yaml.in/yaml/v3", old: "v3.0.2", hit: 1},
		{path: "github.com/spf13/cobra", old: "v1.1.1", version: "v1.10.2", hit: 480, skip: "^TestFailGen", granularities: point.Granularities()},
		{path: "github.com/klauspost/compress", old: "v1.17.0", version: "v1.20.3", hit: 2000},
		{path: "google.golang.org/protobuf", old: "v1.28.1", version: "v1.36.12", hit: 1280},
	}
}

// byTheClock is a test that fails when the machine is slow.
const byTheClock = "^TestSummarySmallWindow$"

// toolsPackages are those of golang.org/x/tools with much code in Go's newer
// words: generics, iterators, functions to range over. All 150 would take all
// night: each test program is linked with the whole module.
func toolsPackages() []string {
	return []string{
		"./container/...", "./cover", "./go/ast/...", "./go/callgraph/...", "./go/cfg", "./go/ssa/...", "./go/types/...",
		"./go/analysis/passes/nilness", "./go/analysis/passes/printf", "./internal/astutil/...", "./internal/diff/...",
		"./internal/gcimporter", "./internal/graph/...", "./internal/jsonrpc2_v2", "./internal/modindex", "./internal/pkgbits",
		"./internal/refactor/...", "./internal/typeparams/...", "./internal/typesinternal/...", "./present", "./txtar",
	}
}

func (d dependency) atEach() []point.Granularity {
	if d.granularities == nil {
		return []point.Granularity{point.Line}
	}
	return d.granularities
}

// flags are go test's. Some tests start a go command hundreds of times.
func (d dependency) flags() []string {
	flags := []string{"-timeout=30m"}
	if d.skip != "" {
		flags = append(flags, "-skip="+d.skip)
	}
	return flags
}

// TestDependencies holds goat's exact counts in other people's tests against
// cover's. A block that panics are recovered from, or that a Goexit leaves, is
// not marked in other people's code; what the oracle can say there is that
// counts only fall, until the code is divided. With GOAT_PROOFS=all these are
// all of goat's dependencies and more.
func TestDependencies(t *testing.T) {
	b := oracle.Builder{
		Exec: filepath.Join(scriptcmd.Build(t, root), "goat-exec"), Config: counting(t),
		Env: []string{"GOAT_CACHE=" + scriptcmd.Cache(t), "GOFLAGS=-mod=mod", "GOWORK=off", "GOTOOLCHAIN=local"},
	}
	for _, d := range dependencies() {
		if !d.quick && os.Getenv("GOAT_PROOFS") != "all" {
			continue
		}
		t.Run(d.path+"@"+d.old, func(t *testing.T) { d.hold(t, b) })
	}
}

// hold runs the module's tests and judges them at each granularity. Where
// blocks were left early, the module is divided and must be exact everywhere.
func (d dependency) hold(t *testing.T, b oracle.Builder) {
	dir, base := d.repository(t, false)
	b.Base = base
	patterns := d.passing(t, dir, b.Env)
	left := 0
	for _, g := range d.atEach() {
		t.Run(string(g), func(t *testing.T) {
			v := d.judge(t, b, dir, patterns, g, false)
			left += len(v.Left)
			if v.Hit < d.hit && g == point.Line || v.Hit == 0 {
				t.Errorf("got %d points hit, want %d at least", v.Hit, d.hit)
			}
			if len(v.Left)*20 > v.Points+v.Vouched+v.Compared {
				t.Errorf("got %d counts that fall, of %d points, want few", len(v.Left), v.Points)
			}
		})
	}
	if left == 0 {
		return
	}
	t.Run("divided", func(t *testing.T) {
		dir, base := d.repository(t, true)
		b.Base = base
		v := d.judge(t, b, dir, d.passing(t, dir, b.Env), point.Line, true)
		if v.Hit < d.hit {
			t.Errorf("got %d points hit, want %d at least", v.Hit, d.hit)
		}
		if len(v.Left) > 0 {
			t.Errorf("got %d points whose counts fall within a block that holds one statement, want none", len(v.Left))
		}
	})
}

func (d dependency) judge(t *testing.T, b oracle.Builder, dir string, patterns []string, g point.Granularity, divided bool) oracle.Verdict {
	t.Helper()
	b.Granularity, b.Work = g, t.TempDir()
	flags := append(d.flags(), "-coverpkg="+strings.Join(patterns, ","))
	items, profile, err := b.Tests(dir, flags, patterns)
	if err != nil {
		t.Fatal(err)
	}
	v := judge(t, oracle.Run{
		Dir: dir, Patterns: patterns, Base: b.Base, Granularity: g, Items: items, Profile: profile, Exact: true, Divided: divided, Later: d.later,
	})
	for _, left := range v.Left {
		t.Logf("left early: %s", left)
	}
	for name, why := range d.later {
		t.Logf("runs on behind the tests' end: %s: %s", name, why)
	}
	return v
}

// repository copies a module to a git repository: the old version as the first
// commit, the new one as its work tree, both divided or not. It returns the
// base to compare with.
func (d dependency) repository(t *testing.T, divided bool) (dir, base string) {
	t.Helper()
	dir = t.TempDir()
	git := func(args ...string) {
		t.Helper()
		output(t, "git", append([]string{"-C", dir, "-c", "user.name=Test", "-c", "user.email=test@example.com"}, args...)...)
	}
	git("init", "-q")
	base = "INIT"
	if d.old != "" {
		base = "HEAD"
		copyModule(t, dir, d.path, d.old, divided)
	}
	git("add", "-A", "-f")
	git("commit", "-q", "--allow-empty", "-m", "old")
	if d.old != "" {
		git("rm", "-q", "-r", "--ignore-unmatch", ".")
	}
	copyModule(t, dir, d.path, d.version, divided)
	return dir, base
}

func copyModule(t *testing.T, dir, path, version string, divided bool) {
	t.Helper()
	var from string
	if version == "" {
		from = output(t, "go", "list", "-m", "-f={{.Dir}}", path)
	} else {
		c := exec.Command("go", "mod", "download", "-json", path+"@"+version)
		c.Dir = t.TempDir()
		out, err := c.Output()
		if err != nil {
			t.Fatalf("downloading %s@%s: %v\n%s", path, version, err, out)
		}
		_, rest, _ := strings.Cut(string(out), `"Dir": "`)
		from, _, _ = strings.Cut(rest, `"`)
	}
	if err := os.CopyFS(dir, os.DirFS(strings.TrimSpace(from))); err != nil {
		t.Fatal(err)
	}
	output(t, "chmod", "-R", "u+w", dir) // the module cache is read-only
	if !divided {
		return
	}
	if err := oracle.DivideTree(dir); err != nil {
		t.Fatal(err)
	}
}

// passing returns the packages whose tests pass without goat.
func (d dependency) passing(t *testing.T, dir string, env []string) []string {
	t.Helper()
	args := append([]string{"test", "-short"}, d.flags()...)
	if d.packages == nil {
		args = append(args, "./...")
	}
	c := exec.Command("go", append(args, d.packages...)...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, _ := c.Output() // some may fail
	var patterns []string
	for line := range strings.Lines(string(out)) {
		if rest, ok := strings.CutPrefix(line, "ok"); ok {
			patterns = append(patterns, strings.Fields(rest)[0])
		} else if !strings.Contains(line, "[no test files]") {
			t.Logf("without goat: %s", strings.TrimSpace(line))
		}
	}
	if len(patterns) == 0 {
		t.Fatalf("no package's tests pass in %s", dir)
	}
	return patterns
}
