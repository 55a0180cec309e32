package session

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// TestOpenWithoutStartTimes has two go commands with one process ID, on a host
// that does not say when processes began.
func TestOpenWithoutStartTimes(t *testing.T) {
	t.Parallel()
	dir := movedCode(t).Dir
	st := store{dir: t.TempDir(), log: slog.New(slog.DiscardHandler)}
	open := func(command gocmd.Process, verify bool) string {
		t.Helper()
		s, err := st.open(context.Background(), Input{
			Dir: dir, Flags: config.Flags{Base: "v1.0.0"}, Getenv: func(string) string { return "" },
			GoCommand: "go", Tool: "test", Log: st.log, Verify: verify,
		}, command)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := s.Lines("example.com/m", ".")
		if err != nil {
			t.Fatal(err)
		}
		return lines["b.go"].Hash + lines["a.go"].Hash
	}
	known, unknown := gocmd.Process{PID: 4711, Start: "1"}, gocmd.Process{PID: 4711}
	before := open(known, true)
	if got := open(unknown, true); got != before {
		t.Errorf("got the files %s, want %s", got, before)
	}
	text := "package m\n\nfunc stays() { println() }\n"
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, verify := range []bool{true, false} {
		if got := open(known, verify); got != before {
			t.Errorf("got the files %s within one go command, want %s", got, before)
		}
	}
	if got := open(unknown, false); got != before {
		t.Errorf("got the files %s within one go command, want %s", got, before)
	}
	after := open(unknown, true)
	if after == before {
		t.Errorf("got the files %s of an earlier go command, want others", after)
	}
	if got := open(unknown, false); got != after {
		t.Errorf("got the files %s later on, want %s", got, after)
	}
}
