package vet_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// trivial is a vet tool with one analyzer that does nothing.
const trivial = `package main

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

func main() {
	run := func(*analysis.Pass) (any, error) { return nil, nil }
	unitchecker.Main(&analysis.Analyzer{Name: "trivial", Doc: "does nothing", Run: run})
}
`

// BenchmarkVet has go vet check 40 packages with goat-vet and with a tool that
// does nothing, and prints the ratio of the CPU times. Target: 1.1. The packages
// are other ones each time, since go vet remembers its results.
func BenchmarkVet(b *testing.B) {
	bin := b.TempDir()
	source := filepath.Join(b.TempDir(), "main.go")
	if err := os.WriteFile(source, []byte(trivial), 0o666); err != nil {
		b.Fatal(err)
	}
	spend(b, "../..", nil, "go", "build", "-o", filepath.Join(bin, "trivial"), source)
	spend(b, "../..", nil, "go", "build", "-o", filepath.Join(bin, "goat-vet"), "./cmd/goat-vet")
	dir := b.TempDir()
	writePackages(b, dir, 0)
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-qm", "v1"}, {"tag", "v1"}} {
		spend(b, dir, nil, append([]string{"git"}, args...)...)
	}
	env := []string{"GOAT_BASE=v1", "GOFLAGS=-mod=mod", "GOAT_CACHE=" + b.TempDir()}
	vet := func(tool string) time.Duration {
		return spend(b, dir, append(env, "GOCACHE="+filepath.Join(bin, "cache-"+tool)), "go", "vet", "-vettool="+filepath.Join(bin, tool), "./...")
	}
	vet("goat-vet")
	vet("trivial")
	var ratios []float64
	for i := 1; b.Loop(); i++ {
		writePackages(b, dir, i)
		ratios = append(ratios, float64(vet("goat-vet"))/float64(vet("trivial")))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "×trivial")
}

// writePackages writes 40 packages of 40 functions. In each version every
// package has another comment, and every tenth has four other functions.
func writePackages(b *testing.B, dir string, version int) {
	b.Helper()
	files := map[string]string{"go.mod": "module example.com/many\n\ngo 1.26\n"}
	for p := range 40 {
		var text strings.Builder
		fmt.Fprintf(&text, "package p%d\n\nimport \"strings\"\n\n// Version %d.\n\n", p, version)
		for f := range 40 {
			n := f
			if p%10 == 0 && f%10 == 0 {
				n += 100 * version
			}
			fmt.Fprintf(&text, "func F%d(s string, n int) string {\n\tif n > %d {\n\t\treturn strings.Repeat(s, n)\n\t}\n\treturn s\n}\n\n", f, n)
		}
		files[fmt.Sprintf("p%d/p.go", p)] = text.String()
	}
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
}

// spend runs a command and returns the CPU time of it and its children.
// goat-vet says by an exit code that it has something to say.
func spend(b *testing.B, dir string, env []string, argv ...string) time.Duration {
	b.Helper()
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil && (argv[1] != "vet" || c.ProcessState == nil) {
		b.Fatalf("%v: %v\n%s", argv, err, out)
	}
	return c.ProcessState.UserTime() + c.ProcessState.SystemTime()
}
