//go:build unix

package diffsrc_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// BenchmarkPrecision computes the line sets of a generated repository of
// 5,000 commits against a base 400 commits ago, at each precision in turn,
// and prints their ratios to precision 2.
func BenchmarkPrecision(b *testing.B) {
	dir := b.TempDir()
	generate(b, dir, 5000, 400)
	o := diffsrc.Options{Dir: dir, Modules: []modules.Module{{Path: "example.com/m", Dir: dir}}, Base: "v1.0.0"}
	var spent [4]time.Duration
	var found [4]int
	for b.Loop() {
		for precision := 1; precision <= 3; precision++ {
			o.Precision = precision
			start := time.Now()
			set, err := diffsrc.Compute(context.Background(), o)
			if err != nil {
				b.Fatal(err)
			}
			spent[precision] += time.Since(start)
			found[precision] = count(set)
		}
	}
	for precision := 1; precision <= 3; precision++ {
		b.ReportMetric(float64(spent[precision].Milliseconds())/float64(b.N), fmt.Sprintf("ms-%d/op", precision))
		b.ReportMetric(float64(found[precision]), fmt.Sprintf("lines-%d", precision))
	}
	b.ReportMetric(float64(spent[1])/float64(spent[2]), "1÷2")
	b.ReportMetric(float64(spent[3])/float64(spent[2]), "3÷2")
}

// BenchmarkLargeHistory computes the line sets of a repository of 30,000
// commits against a base 2,000 commits ago, with many hundred changed files, at
// precision 1 and with an empty cache. It prints seconds, CPU seconds, the
// numbers of changed files and of git processes, and the memory of the largest
// process.
func BenchmarkLargeHistory(b *testing.B) {
	dir := b.TempDir()
	goat := filepath.Join(b.TempDir(), "goat")
	build := exec.Command("go", "build", "-o", goat, "./cmd/goat")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	generate(b, dir, 30_000, 2000)
	counted := countGit(b)
	var cpu time.Duration
	b.ResetTimer()
	for b.Loop() {
		counted.reset()
		c := exec.Command(goat, "index", "-base=v1.0.0", "-o", filepath.Join(b.TempDir(), "index"))
		c.Dir, c.Env = dir, append(os.Environ(), "GOAT_CACHE="+b.TempDir(), "GOFLAGS=")
		if out, err := c.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/op")
	b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(counted.processes()), "git-processes")
	b.ReportMetric(float64(changedFiles(b, dir)), "files")
}

func changedFiles(b *testing.B, dir string) int {
	c := exec.Command("git", "diff", "--name-only", "v1.0.0")
	c.Dir = dir
	out, err := c.Output()
	if err != nil {
		b.Fatal(err)
	}
	return bytes.Count(out, []byte("\n"))
}

// gitCounter counts the processes of a git that it puts first in PATH.
type gitCounter struct {
	b   *testing.B
	log string
}

func countGit(b *testing.B) gitCounter {
	b.Helper()
	found, err := exec.LookPath("git")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	c := gitCounter{b, filepath.Join(dir, "log")}
	script := fmt.Sprintf("#!/bin/sh\necho >>%s\nexec %s \"$@\"\n", c.log, found)
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o777); err != nil {
		b.Fatal(err)
	}
	b.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return c
}

func (c gitCounter) reset() { os.Remove(c.log) }

func (c gitCounter) processes() int {
	data, err := os.ReadFile(c.log)
	if err != nil {
		c.b.Fatal(err)
	}
	return len(data)
}

func count(set *diffsrc.LineSet) int {
	n := 0
	for _, files := range set.Modules {
		for _, f := range files {
			for _, r := range f.Lines {
				n += r[1] - r[0] + 1
			}
		}
	}
	return n
}

// history is a generated sequence of states of a tree.
type history struct {
	random *rand.Rand
	names  []string
	files  map[string][]string // name to functions
	next   int
}

// generate makes a repository of generated commits. Most edit functions of a
// file; some add, rename or split files, or move a function to another one.
func generate(b *testing.B, dir string, commits, sinceBase int) {
	b.Helper()
	h := &history{random: rand.New(rand.NewPCG(1, 2)), files: make(map[string][]string)}
	var script bytes.Buffer
	for n := range commits {
		fmt.Fprintf(&script, "commit refs/heads/main\nmark :%d\ncommitter g <g@example.com> %d +0000\ndata 1\nx\n", n+1, 1600000000+n*3600)
		if n == 0 {
			fmt.Fprintf(&script, "M 100644 inline go.mod\ndata 21\nmodule example.com/m\n\n")
		}
		for name := range h.step(n) {
			if functions, ok := h.files[name]; ok {
				text := "package p\n\n" + strings.Join(functions, "\n")
				fmt.Fprintf(&script, "M 100644 inline %s\ndata %d\n%s\n", name, len(text), text)
			} else {
				fmt.Fprintf(&script, "D %s\n", name)
			}
		}
		if n == commits-sinceBase {
			fmt.Fprintf(&script, "\nreset refs/tags/v1.0.0\nfrom :%d\n\n", n+1)
		}
	}
	run(b, dir, nil, "init", "-q", "-b", "main")
	run(b, dir, &script, "fast-import", "--quiet")
	run(b, dir, nil, "reset", "-q", "--hard", "main")
}

func run(b *testing.B, dir string, stdin *bytes.Buffer, args ...string) {
	b.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull)
	if stdin != nil {
		cmd.Stdin = stdin
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
}

// step changes some files and returns their names.
func (h *history) step(n int) map[string]bool {
	touched := make(map[string]bool)
	if n == 0 {
		for range 400 {
			touched[h.add()] = true
		}
		return touched
	}
	name := h.names[h.random.IntN(len(h.names))]
	functions := h.files[name]
	touched[name] = true
	switch n % 20 {
	case 0:
		touched[h.add()] = true
	case 1: // rename
		to := filepath.Join(filepath.Dir(name), fmt.Sprintf("renamed%d.go", n))
		h.files[to] = functions
		h.drop(name)
		h.names = append(h.names, to)
		touched[to] = true
	case 2, 3: // move a function to another file
		if len(functions) > 1 {
			to := h.names[h.random.IntN(len(h.names))]
			if to != name {
				h.files[name] = functions[1:]
				h.files[to] = append(h.files[to][:len(h.files[to]):len(h.files[to])], functions[0])
				touched[to] = true
			}
		}
	default:
		i := h.random.IntN(len(functions))
		edited := append([]string(nil), functions...)
		edited[i] = strings.Replace(edited[i], "\treturn", fmt.Sprintf("\tif x > %d {\n\t\tlog(%q, x)\n\t}\n\treturn", n, fmt.Sprint("step ", n)), 1)
		h.files[name] = edited
	}
	return touched
}

func (h *history) drop(name string) {
	delete(h.files, name)
	for i := range h.names {
		if h.names[i] == name {
			h.names = append(h.names[:i], h.names[i+1:]...)
			return
		}
	}
}

// add makes a file of six functions.
func (h *history) add() string {
	h.next++
	name := fmt.Sprintf("pkg%d/file%d.go", h.next%40, h.next)
	for f := range 6 {
		h.files[name] = append(h.files[name], h.function(fmt.Sprintf("F%dOf%d", f, h.next)))
	}
	h.names = append(h.names, name)
	return name
}

// function returns a typical function: its own statements among common ones.
func (h *history) function(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "func %s(x int) (int, error) {\n", name)
	for i := range 3 + h.random.IntN(8) {
		fmt.Fprintf(&b, "\tvalue%d, err := load%d(x, %d)\n\tif err != nil {\n\t\treturn 0, fmt.Errorf(\"loading the value: %%w\", err)\n\t}\n\tx += value%d * %d\n",
			i, h.random.IntN(1000), h.random.IntN(1000), i, h.random.IntN(1000))
	}
	b.WriteString("\treturn x, nil\n}\n")
	return b.String()
}
