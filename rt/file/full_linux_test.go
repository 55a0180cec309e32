package file_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// onSmallDisk starts a program whose GOAT_DIR is a file system of 64 KB. Only
// the program sees that mount; the returned path leads to it from here.
func onSmallDisk(t *testing.T, exe string, options string) (*process, string) {
	t.Helper()
	dir := t.TempDir()
	script := filepath.Join(t.TempDir(), "start.sh")
	text := "#!/bin/sh\nset -e\nmount -t tmpfs -o size=64k,mode=0777" + options + " tmpfs " + dir + "\nexec " + exe + "\n"
	if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	p := startWith(t, script, &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}, "GOAT_DIR="+dir)
	return p, filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "root", dir)
}

// TestFullDisk fills the disk and makes room again while a program runs. The
// program goes on, what it wrote before stays intact, and the last write has
// all hits.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	p, dir := onSmallDisk(t, obedient(t, "file", "100ms"), "")
	name := fileWith(t, dir, 1)
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); err == nil {
		t.Fatal("got a disk with room for a megabyte, want a small one")
	}
	p.do("one")
	waitFor(t, func() bool { return strings.Contains(p.stderr.String(), "no space left on device") })
	time.Sleep(500 * time.Millisecond) // time for a few more tries
	if n := covered(t, name); n != 1 {
		t.Errorf("got a file with %d points covered, want the one of before", n)
	}
	if text := p.stderr.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "GOAT_DIR="+strings.TrimPrefix(dir, filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "root"))) {
		t.Errorf("got %q on standard error, want one line with the directory", text)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if again := fileWith(t, dir, 2); again != name {
		t.Errorf("got the file %s, want %s", again, name)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, ".*.tmp")); len(names) != 0 {
		t.Errorf("got %q left behind, want nothing", names)
	}
	p.do("panic")
	if err := p.cmd.Wait(); !isExit(err, 2) {
		t.Errorf("got %v at the end, want exit status 2, the panic's", err)
	}
}

// TestReadOnlyDisk checks that the program does its work, reports the error
// once, and ends as it would without goat.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	p, dir := onSmallDisk(t, obedient(t, "file", "100ms"), ",ro")
	p.do("one")
	waitFor(t, func() bool { return strings.Contains(p.stderr.String(), "read-only file system") })
	time.Sleep(500 * time.Millisecond)
	if text := p.stderr.String(); strings.Count(text, "\n") != 1 {
		t.Errorf("got %q on standard error, want one line", text)
	}
	if names := files(t, dir); len(names) != 0 {
		t.Errorf("got files %q, want none", names)
	}
	p.do("exit")
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("got %v at the end, want success", err)
	}
}

func isExit(err error, code int) bool {
	exit, ok := errors.AsType[*exec.ExitError](err)
	return ok && exit.ExitCode() == code
}
