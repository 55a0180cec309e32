package programs

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// Goat says how to run a build with goat.
type Goat struct {
	Exec   string // goat-exec's file name
	Config string // a goat.yaml
	Cache  string // GOAT_CACHE
}

// Variant is one way to build a module.
type Variant struct {
	Goat        *Goat  // nil for a build without goat
	Granularity string // of goat
	Trace       string // trace scope
	Flags       []string
}

// Outcome is what the go command said about a program's packages.
type Outcome struct {
	Messages string   // from the compiler and the linker
	GaveUp   []string // goat's reasons for packages without points
}

// Build builds the module's programs into a directory.
func (m *Module) Build(v Variant, out string) (map[string]Outcome, error) {
	if err := os.MkdirAll(out, 0o777); err != nil {
		return nil, fmt.Errorf("making a directory for programs: %w", err)
	}
	return m.each(v, "build", "-o", out+string(filepath.Separator))
}

// Compile compiles the module's packages without linking.
func (m *Module) Compile(v Variant) (map[string]Outcome, error) {
	return m.each(v, "list", "-export", "-f={{/* nothing */}}")
}

// each runs a subcommand for each group.
func (m *Module) each(v Variant, sub string, args ...string) (map[string]Outcome, error) {
	outcomes := make(map[string]Outcome)
	for _, g := range m.groups {
		if len(g.programs) == 0 {
			continue
		}
		all := append(append([]string(nil), args...), v.Flags...)
		var env []string
		log := filepath.Join(m.Dir, ".goat.log")
		if v.Goat != nil {
			words := fmt.Sprintf("%s -config=%s -base=INIT -granularity=%s", v.Goat.Exec, v.Goat.Config, v.Granularity)
			if v.Trace != "" {
				words += " -trace-scope=" + v.Trace
			}
			all = append(all, "-toolexec="+words)
			env = []string{"GOAT_CACHE=" + v.Goat.Cache, "GOAT_LOG=" + log}
		}
		c := m.command(g, env, sub, append(all, "./"+g.dir+"/...")...)
		var stdout, stderr bytes.Buffer
		c.Stdout, c.Stderr = &stdout, &stderr
		err := c.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			return nil, fmt.Errorf("running %q: %w", c.Args, err)
		}
		addMessages(outcomes, stderr.String())
		if err := addGaveUp(outcomes, g, log); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// addMessages sorts what the go command printed by program. Before a tool's
// messages about a package it prints a line "# importpath", in no fixed order. Its
// own messages come first.
func addMessages(outcomes map[string]Outcome, text string) {
	blocks := make(map[string][]string)
	header := ""
	for line := range strings.Lines(text) {
		path, isHeader := strings.CutPrefix(line, "# ")
		id := header
		if isHeader {
			header = programOf(strings.TrimSpace(path))
			id = header
		} else if header == "" {
			id = programOf(modulePath + "/" + line)
		}
		if isHeader || len(blocks[id]) == 0 {
			blocks[id] = append(blocks[id], "")
		}
		list := blocks[id]
		list[len(list)-1] += line
	}
	for id, list := range blocks {
		sort.Strings(list)
		o := outcomes[id]
		o.Messages += strings.Join(list, "")
		outcomes[id] = o
	}
}

var logPackage = regexp.MustCompile(` package=(\S+)`)

// addGaveUp reads the warnings in a goat log and removes the log. Warnings of a
// link name no package.
func addGaveUp(outcomes map[string]Outcome, g *group, log string) error {
	data, err := os.ReadFile(log)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading goat's log: %w", err)
	}
	for line := range strings.Lines(string(data)) {
		if !strings.Contains(line, "level=WARN") {
			continue
		}
		id := ""
		if m := logPackage.FindStringSubmatch(line); m != nil {
			id = programOf(m[1])
		} else if len(g.programs) == 1 {
			id = g.programs[0]
		}
		o := outcomes[id]
		o.GaveUp = append(o.GaveUp, strings.TrimSpace(line))
		outcomes[id] = o
	}
	return os.Remove(log)
}
