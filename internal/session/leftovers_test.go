package session

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestLeftovers has directories of killed processes among the temporary files,
// and others that only look like them.
func TestLeftovers(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	yesterday := time.Now().Add(-25 * time.Hour)
	for _, name := range []string{"goat-diff-1", "goat-modules-1", "goat-diff-young", "goat-other", "diff-goat-diff-1", "goat-diff-foreign"} {
		if err := os.MkdirAll(filepath.Join(dir, name, "objects"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "goat-diff-file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(elsewhere, "kept"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(dir, "goat-diff-link")); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "goat-diff-foreign")
	owned := os.Chown(foreign, os.Geteuid()+1, -1) != nil // only root can change a file's owner
	for _, name := range []string{"goat-diff-1", "goat-modules-1", "goat-other", "diff-goat-diff-1", "goat-diff-file", "goat-diff-foreign"} {
		if err := os.Chtimes(filepath.Join(dir, name), yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(elsewhere, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	removeLeftovers(dir)
	for name, want := range map[string]bool{
		"goat-diff-1": false, "goat-modules-1": false,
		"goat-diff-young": true, "goat-other": true, "diff-goat-diff-1": true, "goat-diff-file": true, "goat-diff-link/kept": true, "goat-diff-foreign": !owned,
	} {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); (err == nil) != want {
			t.Errorf("%s: got there %v, want %v", name, err == nil, want)
		}
	}
}
