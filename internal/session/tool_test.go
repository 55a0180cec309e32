package session

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestBuildID finds the same ID as "go tool buildid" and reads only the head of
// a program.
func TestBuildID(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{runtime.GOOS + "/" + runtime.GOARCH, "darwin/arm64"} {
		goos, goarch, _ := strings.Cut(target, "/")
		exe := filepath.Join(dir, goos+goarch)
		c := exec.Command("go", "build", "-o", exe, "main.go")
		c.Dir, c.Env = dir, append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		want, err := exec.Command("go", "tool", "buildid", exe).Output()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(exe)
		if err != nil {
			t.Fatal(err)
		}
		if got := buildID(data[:min(len(data), headSize)]); got != strings.TrimSpace(string(want)) {
			t.Errorf("%s: got build ID %q, want %q", target, got, want)
		}
	}
}
