package inlining

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Build says how to build a module.
type Build struct {
	Dir      string
	Patterns []string
	Flags    []string // of go build
	Toolexec string   // goat-exec and its flags
	Env      []string // added to the environment
}

// Report compares a plain build with a build by goat.
type Report struct {
	Functions int      // functions that can be inlined without goat
	Calls     int      // calls that are inlined without goat
	Lost      []string // functions: "file:line:col: name"
	LostCalls []string // "file:line: callee"
	Dearer    int      // functions that can still be inlined, but cost more
}

// Compare builds twice.
func Compare(b Build) (Report, error) {
	before, err := b.run()
	if err != nil {
		return Report{}, err
	}
	if len(before.costs) == 0 {
		return Report{}, fmt.Errorf("reading the compiler's -m=2: no function can be inlined; see whether its form has changed")
	}
	b.Flags = append(slices.Clone(b.Flags), "-toolexec="+b.Toolexec)
	after, err := b.run()
	if err != nil {
		return Report{}, err
	}
	r := Report{Functions: len(before.costs)}
	for name, cost := range before.costs {
		now, ok := after.costs[name]
		if !ok {
			r.Lost = append(r.Lost, name)
		} else if now > cost {
			r.Dearer++
		}
	}
	for call, n := range before.calls {
		r.Calls += n
		for range n - after.calls[call] {
			r.LostCalls = append(r.LostCalls, call)
		}
	}
	slices.Sort(r.Lost)
	slices.Sort(r.LostCalls)
	return r, nil
}

// decisions are what the compiler reports about a build.
type decisions struct {
	costs map[string]int // of functions that can be inlined
	calls map[string]int // how often a callee is inlined on a line
}

func (b Build) run() (decisions, error) {
	args := append(append([]string{"build", "-gcflags=-m=2"}, b.Flags...), b.Patterns...)
	c := exec.Command("go", args...)
	c.Dir, c.Env = b.Dir, append(os.Environ(), b.Env...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		return decisions{}, fmt.Errorf("running go %q: %w\n%s", args, err, errorsOf(out.String()))
	}
	return read(out.String()), nil
}

var (
	canInline = regexp.MustCompile(`^(\S+:\d+:\d+): can inline (.+) with cost (\d+) as: `)
	inlined   = regexp.MustCompile(`^(\S+:\d+):\d+: inlining call to (.+)$`)
)

func read(text string) decisions {
	d := decisions{costs: make(map[string]int), calls: make(map[string]int)}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := canInline.FindStringSubmatch(line); m != nil {
			cost, _ := strconv.Atoi(m[3])
			d.costs[m[1]+": "+m[2]] = cost
		} else if m := inlined.FindStringSubmatch(line); m != nil {
			d.calls[m[1]+": "+m[2]]++
		}
	}
	return d
}

// errorsOf removes the output of -m=2, as far as it can be recognised.
func errorsOf(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "inline") && !strings.Contains(line, "inlining") && !strings.Contains(line, "escape") && !strings.Contains(line, "flow:") && !strings.Contains(line, "from ") {
			b.WriteString(line)
		}
	}
	return b.String()
}
