package session

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// TestDamagedSession flips a byte at several places of each file that sessions
// leave in the cache. The tools of the same build, and the next build, see the
// same session, and the next build repairs what was damaged.
func TestDamagedSession(t *testing.T) {
	t.Parallel()
	dir := movedCode(t).Dir
	if err := os.WriteFile(filepath.Join(dir, "c.go"), []byte("package m\n\nfunc added() { println() }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "a.go", "b.go", "c.go"} { // the memo stores more about files that were written just now
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	root := t.TempDir()
	st := newStore(cache.In(root), slog.New(slog.DiscardHandler))
	in := Input{
		Dir: dir, Flags: config.Flags{Base: "v1.0.0"}, GoCommand: "go", Tool: "test", Log: st.log,
		Getenv: func(name string) string { return map[string]string{"GOAT_CACHE": root}[name] },
	}
	look := func(pid int) (id, text string) {
		t.Helper()
		s, err := st.open(context.Background(), in, gocmd.Process{PID: pid, Start: "1"})
		if err != nil {
			t.Fatal(err)
		}
		lines, err := s.Lines("example.com/m", ".")
		if err != nil {
			t.Fatal(err)
		}
		if len(lines["c.go"].Lines) == 0 {
			t.Fatalf("got the lines %v, want some of c.go", lines)
		}
		return s.ID, fmt.Sprint(lines)
	}
	wantID, wantLines := look(1)
	files := make(map[string][]byte)
	for _, pattern := range []string{"runs/*", "memo/*", "sessions/*/*"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("got files %q for %s (%v), want some", found, pattern, err)
		}
		for _, file := range found {
			if data, err := os.ReadFile(file); err == nil && len(data) > 0 { // locks are empty
				files[file] = data
			}
		}
	}
	pid := 1
	for file, whole := range files {
		for at := 0; at < len(whole); at += 1 + len(whole)/4 {
			damaged := bytes.Clone(whole)
			damaged[at] ^= 1
			if err := os.WriteFile(file, damaged, 0o666); err != nil {
				t.Fatal(err)
			}
			for _, who := range []int{1, pid + 1} { // a tool of the same build, and a later build
				id, lines := look(who)
				if id != wantID || lines != wantLines {
					t.Errorf("%s, byte %d: got session %s with %v, want %s with %v", filepath.Base(file), at, id, lines, wantID, wantLines)
				}
			}
			pid++
			if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, whole) {
				t.Errorf("%s, byte %d: got %q, %v afterwards, want it whole again", filepath.Base(file), at, got, err)
			}
		}
	}
}
