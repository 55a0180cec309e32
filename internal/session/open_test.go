package session

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// TestOpenWithoutStartTimes has two go commands with the same process ID on a
// host that does not tell when processes started.
func TestOpenWithoutStartTimes(t *testing.T) {
	t.Parallel()
	dir := movedCode(t).Dir
	st := newStore(cache.In(t.TempDir()), slog.New(slog.DiscardHandler))
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

// movedCode makes a repository in which code moved.
func movedCode(t *testing.T) diffsrc.Options {
	t.Helper()
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		c := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	moved := "func moved() {\n" + strings.Repeat("\tprintln(\"a line that is long enough\")\n", 9) + "}\n"
	git("init", "-q")
	write("go.mod", "module example.com/m\n\ngo 1.26\n")
	write("a.go", "package m\n\n"+moved+"\nfunc stays() {}\n")
	git("add", "-A")
	git("commit", "-q", "-m", "base")
	git("tag", "v1.0.0")
	write("a.go", "package m\n\nfunc stays() {}\n")
	write("b.go", "package m\n\n"+moved)
	return diffsrc.Options{Dir: dir, Modules: []modules.Module{{Path: "example.com/m", Dir: dir}}, Base: "v1.0.0"}
}
