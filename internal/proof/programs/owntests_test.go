package programs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/proof/scriptcmd"
	"github.com/goat-trace/goat/internal/trace"
)

// ownPackages are packages of this repository whose tests are recorded whole: parsers,
// printers and code that runs in many goroutines. The runtime's own (rt) are not among
// them: goat records no part of itself.
var ownPackages = []string{"./internal/terminal", "./internal/unified", "./internal/codeowners", "./diffsrc/internal/patch"}

// TestOwnTestsRecorded runs this repository's own tests with each step of the packages
// and of the tests recorded, with values: they must pass as without, and each run must
// be readable to its end.
func TestOwnTestsRecorded(t *testing.T) {
	goat := filepath.Join(scriptcmd.Build(t, root), "goat")
	t.Run("plain", func(t *testing.T) { recordOwnTests(t, goat) })
	if everyWay() {
		t.Run("race", func(t *testing.T) { recordOwnTests(t, goat, "-race") })
	}
}

func recordOwnTests(t *testing.T, goat string, flags ...string) {
	dir := t.TempDir()
	args := append([]string{"trace", "test", "-dir=" + dir, "-base=INIT", "-serve=file", "-bytes=0", "-timeout=20m"}, flags...)
	cmd := exec.Command(goat, append(args, ownPackages...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOAT_CACHE="+t.TempDir(), "GOAT_LOG="+filepath.Join(dir, "goat.log"), "GOFLAGS=")
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("recording the tests of %q: %v\n%.8000s", ownPackages, err, out)
	}
	if wrong := readable(dir); wrong != "" {
		t.Error(wrong)
	}
	runs, err := trace.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	recorded := make(map[string]uint64)
	for _, run := range runs {
		r, err := trace.Open(run)
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range r.Traces {
			recorded[strings.TrimSuffix(r.LaunchClass, ".test")] += tr.Steps
		}
	}
	for _, name := range ownPackages {
		path := "github.com/goat-trace/goat" + strings.TrimPrefix(name, ".")
		if recorded[path] < 100 {
			t.Errorf("%s: got %d steps, want many; runs: %v", path, recorded[path], recorded)
		}
	}
	t.Logf("steps: %v", recorded)
}
