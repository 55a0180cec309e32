package driver_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/terminal/terminaltest"
)

// TestLineOnTerminal: a terminal shows what a build is compared with. A pipe gets
// only what the go command prints, which is nothing.
func TestLineOnTerminal(t *testing.T) {
	dir := t.TempDir()
	goat := filepath.Join(dir, "goat")
	run(t, nil, "go", "build", "-o", goat, "github.com/goat-trace/goat/cmd/goat")
	t.Chdir(t.TempDir())
	write(t, "go.mod", "module example.com/app\n\ngo 1.26\n")
	write(t, "goat.yaml", "serve: file\n")
	write(t, "main.go", "package main\n\nfunc main() {\n}\n")
	run(t, nil, "git", "init", "-q", "-b", "main")
	run(t, nil, "git", "add", ".")
	run(t, nil, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "first")
	run(t, nil, "git", "tag", "v1.0.0")
	write(t, "main.go", "package main\n\nfunc main() {\n\tprintln(1)\n}\n")

	want := "goat: 1 tracking point in 1 package, compared with v1.0.0 (-base)\r\n"
	control, terminal := terminaltest.Open(t, 100, 24)
	run(t, terminal, goat, "build", "-base=v1.0.0", "-o", "bin")
	terminal.Close()
	shown, _ := io.ReadAll(control) // Linux ends it by an error
	if got := string(shown); !strings.HasSuffix(got, want) {
		t.Errorf("got %q on a terminal, want %q", got, want)
	}
	if got := run(t, nil, goat, "build", "-base=v1.0.0", "-o", "bin"); got != "" {
		t.Errorf("got %q in a pipe, want nothing", got)
	}
	if got := run(t, nil, goat, "build", "-v", "-base=v1.0.0", "-o", "bin"); !strings.Contains(got, strings.TrimSpace(want)) {
		t.Errorf("got %q with -v, want %q", got, want)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// run runs a command and returns what it prints on standard error, if that goes
// nowhere else.
func run(t *testing.T, stderr io.Writer, name string, args ...string) string {
	t.Helper()
	var text bytes.Buffer
	if stderr == nil {
		stderr = &text
	}
	cmd := exec.Command(name, args...)
	cmd.Stderr = stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, text.String())
	}
	return text.String()
}
