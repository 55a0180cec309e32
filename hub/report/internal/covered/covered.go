package covered

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Module writes the files of a txtar archive and returns their directory.
func Module(t testing.TB, archive string) string {
	t.Helper()
	dir := t.TempDir()
	Write(t, dir, archive)
	return dir
}

// Write writes the files of a txtar archive into a directory.
func Write(t testing.TB, dir, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// Go runs the go command and returns what it prints.
func Go(t testing.TB, dir string, args ...string) []byte {
	t.Helper()
	return Run(t, dir, nil, "go", args...)
}

// Run runs a command with further variables in its environment.
func Run(t testing.TB, dir string, env []string, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false"), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %q in %s: %v\n%s%s", name, args, dir, err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.Bytes()
}

// TestProfile runs the tests of packages and returns their cover profile.
func TestProfile(t testing.TB, dir string, args ...string) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "cover.out")
	Go(t, dir, append([]string{"test", "-short", "-vet=off", "-coverprofile=" + name}, args...)...)
	return read(t, name)
}

// Binary builds a program with coverage and returns its name.
func Binary(t testing.TB, dir string, args ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "program")
	Go(t, dir, append([]string{"build", "-cover", "-o", name}, args...)...)
	return name
}

// Data is what processes of one binary leave behind.
type Data struct {
	Dir      string   // where the files are
	Meta     []byte   // covmeta
	Counters [][]byte // covcounters, one for each process
}

// RunBinary runs a binary once for each list of arguments.
func RunBinary(t testing.TB, binary string, runs ...[]string) (d Data) {
	t.Helper()
	d.Dir = t.TempDir()
	for _, args := range runs {
		Run(t, d.Dir, []string{"GOCOVERDIR=" + d.Dir}, binary, args...)
	}
	for _, name := range glob(t, filepath.Join(d.Dir, "covcounters.*")) {
		d.Counters = append(d.Counters, read(t, name))
	}
	metas := glob(t, filepath.Join(d.Dir, "covmeta.*"))
	if len(metas) != 1 || len(d.Counters) != len(runs) {
		t.Fatalf("got %d covmeta and %d covcounters files, want 1 and %d", len(metas), len(d.Counters), len(runs))
	}
	d.Meta = read(t, metas[0])
	return d
}

// Textfmt returns what `go tool covdata textfmt` makes of directories.
func Textfmt(t testing.TB, dirs string) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "textfmt")
	Go(t, "", "tool", "covdata", "textfmt", "-i="+dirs, "-o="+name)
	return read(t, name)
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Dirs says where packages are, by import path.
func Dirs(t testing.TB, dir string, packages ...string) map[string]string {
	t.Helper()
	dirs := make(map[string]string)
	out := Go(t, dir, append([]string{"list", "-f", "{{.ImportPath}}\t{{.Dir}}"}, packages...)...)
	for line := range strings.Lines(string(out)) {
		pkg, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		dirs[pkg] = dir
	}
	return dirs
}

// Sources gives the texts of packages' files, by import path and directory.
type Sources map[string]string

// Source reads a file from disk.
func (s Sources) Source(_ context.Context, name string) ([]byte, error) {
	dir, ok := s[path.Dir(name)]
	if !ok {
		return nil, fmt.Errorf("no package %s here", path.Dir(name))
	}
	return os.ReadFile(filepath.Join(dir, path.Base(name)))
}
