package programs_test

import (
	"errors"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/proof/programs"
	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

const root = "../../.."

// all says that every program is built in every way, which takes hours on two
// cores: make proofs. Otherwise it is goat's own programs and a few of Go's,
// in one way.
func all() bool { return os.Getenv("GOAT_PROOFS") == "all" }

// everyWay says that programs are built in every way: all of them, or every
// n-th of Go's with GOAT_PROOFS=n.
func everyWay() bool { return os.Getenv("GOAT_PROOFS") != "" }

// step returns which of Go's programs are taken: every so many.
func step(t *testing.T) int {
	t.Helper()
	switch value := os.Getenv("GOAT_PROOFS"); value {
	case "":
		return 60
	case "all":
		return 1
	default:
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			t.Fatalf("GOAT_PROOFS: %q is neither \"all\" nor a number from 1 on", value)
		}
		return n
	}
}

// TestRuns builds and runs programs with and without goat.
func TestRuns(t *testing.T) {
	s := newSuite(t, func(recipe string) bool {
		return recipe == "run" || recipe == "rundir" || recipe == "runoutput" || recipe == "errorcheckandrundir"
	})
	t.Run("plain", func(t *testing.T) { s.runs(t) })
	if everyWay() {
		t.Run("race", func(t *testing.T) { s.runs(t, "-race") })
	}
	if all() {
		s.checkReasons(t)
	}
}

// runs compares a build without goat with one at each granularity.
func (s *suite) runs(t *testing.T, flags ...string) {
	plainDir := t.TempDir()
	plain, err := s.module.Build(programs.Variant{Flags: flags}, plainDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, granularity := range granularities() {
		t.Run(granularity, func(t *testing.T) {
			dir := t.TempDir()
			outcomes, err := s.module.Build(programs.Variant{Goat: s.goat, Granularity: granularity, Flags: flags}, dir)
			if err != nil {
				t.Fatal(err)
			}
			s.report(t, s.module.CompareOutcomes(plain, outcomes))
			diffs, err := s.module.CompareRuns(plainDir, dir, t.TempDir(), nil)
			if err != nil {
				t.Fatal(err)
			}
			s.report(t, diffs)
		})
	}
}

func granularities() []string {
	if everyWay() {
		return []string{"line", "patch", "scope", "func"}
	}
	return []string{"line"}
}

// TestMessages compiles programs, most of which are wrong, with and without
// goat.
func TestMessages(t *testing.T) {
	s := newSuite(t, func(recipe string) bool {
		return strings.HasPrefix(recipe, "errorcheck") || strings.HasPrefix(recipe, "compile") || recipe == "build"
	})
	plain, err := s.module.Compile(programs.Variant{})
	if err != nil {
		t.Fatal(err)
	}
	for _, granularity := range granularities() {
		t.Run(granularity, func(t *testing.T) {
			outcomes, err := s.module.Compile(programs.Variant{Goat: s.goat, Granularity: granularity})
			if err != nil {
				t.Fatal(err)
			}
			s.report(t, s.module.CompareOutcomes(plain, outcomes))
		})
	}
}

// suite is a module of programs and a goat that builds them.
type suite struct {
	module  *programs.Module
	goat    *programs.Goat
	differs map[string]bool // programs that did otherwise
}

func newSuite(t *testing.T, wanted func(recipe string) bool) *suite {
	t.Helper()
	chosen, err := programs.Read(filepath.Join(root, "testdata", "programs"), wanted)
	if err != nil {
		t.Fatal(err)
	}
	own := len(chosen)
	n := step(t)
	for i, p := range goPrograms(t, wanted) {
		if i%n == 0 {
			chosen = append(chosen, p)
		}
	}
	m, err := programs.NewModule(t.TempDir(), chosen)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d programs of goat's, %d of Go's; the go command does not load %d", own, len(chosen)-own, len(m.Dropped))
	work := t.TempDir()
	config := filepath.Join(work, "goat.yaml")
	if err := os.WriteFile(config, []byte("serve: file\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	goat := &programs.Goat{
		Exec:   filepath.Join(scriptcmd.Build(t, root), "goat-exec"),
		Config: config,
		Cache:  filepath.Join(work, "cache"),
	}
	return &suite{m, goat, make(map[string]bool)}
}

// goPrograms returns the programs of GOROOT/test, which is part of Go's
// releases, but not of the toolchains that the go command downloads: there
// GOROOT_TEST names another one.
func goPrograms(t *testing.T, wanted func(recipe string) bool) []programs.Program {
	t.Helper()
	dir := os.Getenv("GOROOT_TEST")
	if dir == "" {
		dir = filepath.Join(build.Default.GOROOT, "test")
	}
	read, err := programs.Read(dir, wanted)
	if errors.Is(err, fs.ErrNotExist) && !all() {
		return nil
	}
	if err != nil {
		t.Fatalf("reading Go's test programs: %v; set GOROOT_TEST to the folder test of Go's sources", err)
	}
	return read
}

func (s *suite) report(t *testing.T, diffs []programs.Difference) {
	t.Helper()
	for _, d := range diffs {
		s.differs[d.Program] = true
		if reason := programs.Reason(d.Program); reason != "" {
			t.Logf("%s differs: %s", d.Program, reason)
		} else {
			t.Error(d)
		}
	}
}

// checkReasons finds reasons that are none any more.
func (s *suite) checkReasons(t *testing.T) {
	t.Helper()
	for _, p := range s.module.Programs() {
		if reason := programs.Reason(p.Name); reason != "" && !s.differs[p.Name] {
			t.Errorf("%s does what it does without goat, want that %s", p.Name, reason)
		}
	}
}
