package toolexec

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestExtractRuntime writes the runtime's source again where a part of it was
// deleted, and marks it as used.
func TestExtractRuntime(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	dir, err := extractRuntime(cache)
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-1000 * time.Hour)
	if err := os.Chtimes(dir, long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := extractRuntime(cache); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || time.Since(info.ModTime()) > time.Hour {
		t.Errorf("got the time %v (%v) of the folder after use, want the present", info.ModTime(), err)
	}
	for _, name := range []string{"go.mod", "rt/track.go"} {
		file := filepath.Join(dir, name)
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for what, damage := range map[string]func() error{
			"removed": func() error { return os.Remove(file) },
			"cut":     func() error { return os.Truncate(file, 5) },
		} {
			if err := damage(); err != nil {
				t.Fatal(err)
			}
			if _, err := extractRuntime(cache); err != nil {
				t.Fatalf("extracting where %s was %s: %v", name, what, err)
			}
			if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s was %s: got %q, %v, want the source again", name, what, got, err)
			}
		}
	}
}
