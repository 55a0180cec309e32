package git

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestGitLeavesProcess has a git that exits while a process that it started
// keeps its outputs open.
func TestGitLeavesProcess(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\nsleep 60 &\necho answer\n"
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	begin := time.Now()
	got, err := ForUser(dir, os.Environ(), false).Line(context.Background(), "anything")
	if err != nil || got != "answer" {
		t.Errorf("got %q and %v, want the answer", got, err)
	}
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("got the answer after %v, want it when git ended", took)
	}
}
