package session

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/diffsrc"
)

// movedCode makes a repository in which code was moved.
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
	return diffsrc.Options{Dir: dir, Modules: []diffsrc.Module{{Path: "example.com/m", Dir: dir}}, Base: "v1.0.0"}
}

// TestExpire lets what is kept grow old. What was used lately stays, however
// old its directory is.
func TestExpire(t *testing.T) {
	t.Parallel()
	st := store{dir: t.TempDir(), log: slog.New(slog.DiscardHandler)}
	use := func() { // as whoever keeps a file there does
		t.Helper()
		name := filepath.Join(st.blameDir(), "ab", "cd.json")
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("{}"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	age := func() {
		t.Helper()
		long := time.Now().Add(-2 * sessionAge)
		err := filepath.WalkDir(st.dir, func(name string, _ fs.DirEntry, err error) error {
			if err == nil {
				err = os.Chtimes(name, long, long)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	kept := func() (files []string) {
		t.Helper()
		err := filepath.WalkDir(st.blameDir(), func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	use()
	if got := kept(); len(got) != 1 {
		t.Fatalf("got files %q kept, want one", got)
	}
	age()
	use()
	st.expire()
	if got := kept(); len(got) != 1 {
		t.Errorf("got files %q kept after use, want the one", got)
	}
	others := []string{"rt/hash", "toolchain/trial-1", "blame/goat-diff-1"}
	for _, sub := range others {
		if err := os.MkdirAll(filepath.Join(st.dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	age()
	st.expire()
	if got := kept(); len(got) != 0 {
		t.Errorf("got files %q kept after a long time without use, want none", got)
	}
	for _, sub := range others {
		if _, err := os.Stat(filepath.Join(st.dir, sub)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %s after a long time without use (%v), want it gone", sub, err)
		}
	}
}
