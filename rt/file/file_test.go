package file_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/internal/rttest"
	"github.com/goat-trace/goat/rt/manifest"
)

// The program calls Flush itself, as goat-exec's exit hook would.
const appMain = `package main

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/goat-trace/goat/rt/file"
)

func main() {
	goatHit(1)
	switch os.Args[1] {
	case "flush":
		os.Setenv("GOAT_DIR", "/nonexistent") // too late
		os.Chdir("/")
		file.Flush()
		fmt.Println("flushed")
	case "twice":
		file.Flush()
		goatHit(0)
		file.Flush()
	case "deadlock":
		select {}
	case "daemon": // closes what it may have inherited, first of all
		for fd := 3; fd < 1024; fd++ {
			syscall.Close(fd)
		}
		time.Sleep(10 * time.Millisecond)
		file.Flush()
		fmt.Println("flushed")
	}
}
`

func build(t *testing.T) string {
	t.Helper()
	return rttest.Build(t, rttest.Program{
		Files: map[string]string{"main.go": appMain},
		Packages: map[string]manifest.Package{".": {Points: []manifest.Point{
			{File: "main.go", Func: "main", Kind: "stmt", Line: 9, EndLine: 9, Lines: [][2]int{{9, 9}}},
			{File: "main.go", Func: "main", Kind: "case", Line: 11, EndLine: 14},
		}}},
		Main:    manifest.Main{App: "../de mo", Version: "v1"},
		Runtime: "file",
	})
}

func run(t *testing.T, exe, workDir string, env []string, args ...string) (output string, code int) {
	t.Helper()
	cmd := exec.Command(exe, args...)
	cmd.Dir = workDir
	cmd.Env = cleanEnv()
	cmd.Env = append(cmd.Env, env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	_ = cmd.Run()
	return out.String(), cmd.ProcessState.ExitCode()
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, filepath.Join(dir, e.Name()))
	}
	return names
}

func TestFlush(t *testing.T) {
	t.Parallel()
	exe := build(t)
	work := t.TempDir()
	out, code := run(t, exe, work, []string{"GOAT_DIR=points/of"}, "flush") // relative, and does not exist yet
	if out != "flushed\n" || code != 0 {
		t.Errorf("got %q, exit code %d", out, code)
	}
	names := files(t, filepath.Join(work, "points", "of"))
	if len(names) != 1 || !regexp.MustCompile(`^goat-\.\._de_mo-\d+-\d+\.json$`).MatchString(filepath.Base(names[0])) {
		t.Fatalf("got files %q, want one goat-.._de_mo-PID-NANOSECONDS.json", names)
	}
	data, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	var page struct {
		Name, Version string
		Results       []struct {
			Name    string
			Metrics struct {
				Total, Covered int
				Items          []struct {
					ID, Count int
					FirstHit  any
				}
			}
		}
	}
	if err := json.Unmarshal(data, &page); err != nil {
		t.Fatalf("decoding %s: %v", data, err)
	}
	want := "{../de mo v1 [{example.com/app {2 1 [{1 0 <nil>} {2 1 <nil>}]}}]}"
	if diff := cmp.Diff(want, fmt.Sprint(page)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Each process has one file, written by the last Flush.
func TestEachProcessIsAFile(t *testing.T) {
	t.Parallel()
	exe, dir := build(t), t.TempDir()
	for range 2 {
		if out, code := run(t, exe, "", []string{"GOAT_DIR=" + dir}, "twice"); out != "" || code != 0 {
			t.Errorf("got %q, exit code %d", out, code)
		}
	}
	names := files(t, dir)
	if len(names) != 2 {
		t.Errorf("got files %q, want 2", names)
	}
	for _, name := range names {
		if got := covered(t, name); got != 2 {
			t.Errorf("%s: got %d points covered, want both", name, got)
		}
	}
}

func TestNothingIsWrittenOrSaid(t *testing.T) {
	t.Parallel()
	exe := build(t)
	occupied := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(occupied, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, env := range map[string]string{
		"no directory":          "GOAT_DIR=",
		"a file":                "GOAT_DIR=" + occupied,
		"no such system folder": "GOAT_DIR=/proc/self/none",
	} {
		t.Run(name, func(t *testing.T) {
			work := t.TempDir()
			if out, code := run(t, exe, work, []string{env}, "flush"); out != "flushed\n" || code != 0 {
				t.Errorf("got %q, exit code %d, want the program's own", out, code)
			}
			if names := files(t, work); len(names) != 0 {
				t.Errorf("got files %q, want none", names)
			}
		})
	}
}

// This is why the package exists: no goroutine or timer keeps the Go runtime
// from noticing a deadlock.
func TestDeadlockIsReported(t *testing.T) {
	t.Parallel()
	out, code := run(t, build(t), "", []string{"GOAT_DIR=" + t.TempDir()}, "deadlock")
	if !strings.Contains(out, "all goroutines are asleep - deadlock!") || code != 2 {
		t.Errorf("got %q, exit code %d, want the Go runtime's report", out, code)
	}
}

// TestDescriptorsClosed runs a program that closes all descriptors it does not
// know. If goat's runtime had opened a file before, Go's poller would be among
// them, and the program would end at once.
func TestDescriptorsClosed(t *testing.T) {
	t.Parallel()
	exe, dir := build(t), t.TempDir()
	if out, code := run(t, exe, "", []string{"GOAT_DIR=" + dir}, "daemon"); out != "flushed\n" || code != 0 {
		t.Errorf("got %q, exit code %d, want the program to live on", out, code)
	}
	if names := files(t, dir); len(names) != 1 {
		t.Errorf("got files %q, want one", names)
	}
}

// With serve: file the program links neither net/http nor net.
func TestNoNetwork(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-deps", "github.com/goat-trace/goat/rt/file")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range strings.Fields(string(out)) {
		if pkg == "net" || strings.HasPrefix(pkg, "net/") || pkg == "encoding/json" || pkg == "log/slog" {
			t.Errorf("got a dependency on %s", pkg)
		}
	}
}
