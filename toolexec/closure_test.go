package toolexec

import (
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
	if err := os.Remove(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	again, err := extractRuntime(cache)
	if err != nil {
		t.Fatalf("extracting over what is left: %v", err)
	}
	if _, err := os.Stat(filepath.Join(again, "go.mod")); err != nil {
		t.Errorf("got no go.mod: %v", err)
	}
}
