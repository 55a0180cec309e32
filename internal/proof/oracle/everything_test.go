package oracle_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

// TestEverythingChanged builds goat with goat, all of it new, at each
// granularity: what the commands print is what they print without.
func TestEverythingChanged(t *testing.T) {
	bin := scriptcmd.Build(t, root)
	want := output(t, filepath.Join(bin, "goat"), "help")
	work := t.TempDir()
	config := filepath.Join(work, "goat.yaml")
	if err := os.WriteFile(config, []byte("serve: file\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, granularity := range []string{"line", "patch", "scope", "func"} {
		t.Run(granularity, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "log")
			out := t.TempDir()
			c := exec.Command("go", "build", "-o", out+string(filepath.Separator),
				"-toolexec="+filepath.Join(bin, "goat-exec")+" -config="+config+" -base=INIT -granularity="+granularity, "./cmd/...")
			c.Dir = root
			c.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOAT_LOG="+log, "GOAT_CACHE="+scriptcmd.Cache(t))
			if text, err := c.CombinedOutput(); err != nil || len(text) > 0 {
				t.Fatalf("building: %v\n%s", err, text)
			}
			data, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			for line := range bytes.Lines(data) {
				if bytes.Contains(line, []byte("level=WARN")) {
					t.Errorf("got a warning: %s", line)
				}
			}
			if got := output(t, filepath.Join(out, "goat"), "help"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			points := output(t, filepath.Join(bin, "goat"), "points", filepath.Join(out, "goat-exec"))
			for _, file := range []string{"toolexec/internal/rewrite/rewrite.go", "internal/session/session.go", "diffsrc/diffsrc.go"} {
				if !strings.Contains(points, file) {
					t.Errorf("got no point in %s", file)
				}
			}
		})
	}
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("running %s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}
