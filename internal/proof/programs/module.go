package programs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// modulePath is the path that all of goat's suites use for builds with base INIT,
// so that they can reuse the standard library of earlier runs.
const modulePath = "example.com/app"

// Module is one Go module of many programs, in a git repository.
type Module struct {
	Dir      string
	Dropped  map[string]string // programs that the go command does not load, with the reason
	programs map[string]Program
	groups   []*group
}

// group is a set of programs that need the same flags.
type group struct {
	dir      string // below the module's
	flags    []string
	env      []string
	programs []string
}

// NewModule copies programs into a new module at dir, one folder each.
func NewModule(dir string, programs []Program) (*Module, error) {
	m := &Module{Dir: dir, Dropped: make(map[string]string), programs: make(map[string]Program)}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module "+modulePath+"\n\ngo 1.26\n"), 0o666); err != nil {
		return nil, fmt.Errorf("writing go.mod: %w", err)
	}
	if out, err := exec.Command("git", "-C", dir, "init", "-q").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("making a repository: %w\n%s", err, out)
	}
	for _, p := range programs {
		g := m.group(p)
		id := folder(p.Name)
		g.programs = append(g.programs, id)
		m.programs[id] = p
		if err := p.copyTo(filepath.Join(dir, g.dir, id), path.Join(modulePath, g.dir, id)); err != nil {
			return nil, fmt.Errorf("copying %s: %w", p.Name, err)
		}
	}
	return m, m.drop()
}

// Programs returns the programs that the go command loads, sorted by name.
func (m *Module) Programs() []Program {
	var list []Program
	for id, p := range m.programs {
		if _, dropped := m.Dropped[id]; !dropped {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b Program) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// folder is the name of a program's folder and of its binary.
func folder(name string) string { return strings.ReplaceAll(name, "/", "_") }

func (m *Module) group(p Program) *group {
	for _, g := range m.groups {
		if slices.Equal(g.flags, p.Flags) && slices.Equal(g.env, p.Env) {
			return g
		}
	}
	g := &group{dir: fmt.Sprintf("g%d", len(m.groups)), flags: p.Flags, env: p.Env}
	m.groups = append(m.groups, g)
	return g
}

// copyTo copies a program's files, or writes the file that the program prints. For
// a recipe with many files, each package gets its own folder; the last package is
// the program.
func (p Program) copyTo(dir, importPath string) error {
	folders, err := p.folders()
	if err != nil {
		return err
	}
	for i, name := range p.Files {
		src, err := p.source(name)
		if err != nil {
			return err
		}
		if manyFiles(p.Recipe) {
			src = globalImports(src, importPath)
		}
		target := filepath.Join(dir, folders[i])
		if err := os.MkdirAll(target, 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(target, filepath.Base(name)), src, 0o666); err != nil {
			return err
		}
		if p.Recipe == "runoutput" {
			return nil // every file has printed one
		}
	}
	return nil
}

// source returns the text of a file in the form in which it is compiled.
func (p Program) source(name string) ([]byte, error) {
	switch {
	case p.Text != nil:
		return p.Text, nil
	case p.Recipe == "runoutput":
		return p.output()
	}
	return os.ReadFile(filepath.Join(p.Dir, name))
}

// output returns what a program prints.
func (p Program) output() ([]byte, error) {
	args := []string{"run"}
	for _, name := range p.Files {
		args = append(args, filepath.Join(p.Dir, name))
	}
	c := exec.Command("go", append(args, p.Args...)...)
	c.Dir = p.Root
	c.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOENV=off", "GOTOOLCHAIN=local", "PWD="+p.Root)
	return c.Output()
}

// folders returns the folder of each file. It is named after the first file of the
// package, by which other packages import it as "./name".
func (p Program) folders() ([]string, error) {
	folders := make([]string, len(p.Files))
	if !manyFiles(p.Recipe) {
		return folders, nil
	}
	first := make(map[string]string)
	last := ""
	for i, name := range p.Files {
		base := strings.TrimSuffix(name, ".go")
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly)
		if err != nil {
			return nil, err
		}
		if at, ok := first[f.Name.Name]; ok && !p.Apart {
			base = at
		} else {
			first[f.Name.Name] = base
			last = base
		}
		folders[i] = base
	}
	for i := range folders {
		if folders[i] == last {
			folders[i] = "" // so that the binary has the program's name
		}
	}
	return folders, nil
}

var relativeImport = regexp.MustCompile(`"\./([A-Za-z0-9_]+)"`)

// globalImports replaces relative imports, which modules do not have.
func globalImports(src []byte, importPath string) []byte {
	return relativeImport.ReplaceAll(src, []byte(`"`+importPath+`/$1"`))
}

// drop removes the programs that never reach the compiler: what the go command says
// about them has nothing to do with goat.
func (m *Module) drop() error {
	for _, g := range m.groups {
		out, err := m.command(g, nil, "list", "-e", "-json=ImportPath,Error,DepsErrors", "./"+g.dir+"/...").Output()
		if err != nil {
			return fmt.Errorf("listing programs: %w", err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct {
				ImportPath string
				Error      *struct{ Err string }
				DepsErrors []struct{ Err string }
			}
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return fmt.Errorf("reading go list's JSON: %w", err)
			}
			reason := ""
			if p.Error != nil {
				reason = p.Error.Err
			} else if len(p.DepsErrors) > 0 {
				reason = p.DepsErrors[0].Err
			}
			if reason != "" {
				m.Dropped[programOf(p.ImportPath)] = reason
			}
		}
		g.programs = slices.DeleteFunc(g.programs, func(id string) bool {
			_, dropped := m.Dropped[id]
			return dropped
		})
		for id := range m.Dropped {
			if err := os.RemoveAll(filepath.Join(m.Dir, g.dir, id)); err != nil {
				return fmt.Errorf("dropping a program: %w", err)
			}
		}
	}
	return nil
}

// programOf returns the program that an import path belongs to.
func programOf(importPath string) string {
	rest, ok := strings.CutPrefix(importPath, modulePath+"/g")
	if !ok {
		return ""
	}
	_, rest, _ = strings.Cut(rest, "/")
	id, _, _ := strings.Cut(rest, "/")
	id, _, _ = strings.Cut(id, " ")
	return id
}

// command is a go command with a group's flags and environment.
func (m *Module) command(g *group, env []string, sub string, args ...string) *exec.Cmd {
	c := exec.Command("go", append(append([]string{sub}, g.flags...), args...)...)
	c.Dir = m.Dir
	c.Env = append(append(os.Environ(), "GOFLAGS=-ldflags=-w", "GOWORK=off", "GOENV=off", "GOTOOLCHAIN=local", "GOPROXY=off"), g.env...)
	c.Env = append(c.Env, env...)
	return c
}
