package trial

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// TestTrialWithoutGoCommand checks that no verdict is stored on a release that
// could not be tried, because the next build may be able to.
func TestTrialWithoutGoCommand(t *testing.T) {
	cache, tool := t.TempDir(), filepath.Join(t.TempDir(), "compile")
	if err := os.WriteFile(tool, nil, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", "")
	call := gotool.Call{Command: gotool.Command{Tool: tool, Name: "compile"}, Log: slog.New(slog.DiscardHandler), Getenv: func(name string) string {
		return map[string]string{"GOAT_CACHE": cache}[name]
	}}
	if err := Run(call); err == nil {
		t.Fatal("got no error without a go command")
	}
	entries, err := os.ReadDir(filepath.Join(cache, "toolchain"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".lock") {
			t.Errorf("got %s kept, want nothing", e.Name())
		}
	}
}
