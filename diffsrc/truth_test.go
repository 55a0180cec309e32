package diffsrc_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/proof/edits"
)

// truthCase is a change that says which of its statements and signatures are
// changed. base and now are archives of files. A line of now that ends in
// "//~12" begins a statement that is changed at precisions 1 and 2. In a file's
// name, as in "a.go ~3", the mark holds for the whole file; "~?" leaves
// precisions 2 and 3 open. Lines that begin no statement may be effective or
// not.
type truthCase struct{ name, base, now string }

var marker = regexp.MustCompile(`[ \t]*//~([123]+)$`)

// changes says which lines are expected at each precision.
type changes map[string]map[int]string

// read removes the marks from a case's new side.
func (c truthCase) read() (base, now map[string]string, want changes) {
	base, now, want = make(map[string]string), make(map[string]string), make(changes)
	for _, f := range txtar.Parse([]byte(c.base)).Files {
		base[f.Name] = string(f.Data)
	}
	for _, f := range txtar.Parse([]byte(c.now)).Files {
		name, all, _ := strings.Cut(f.Name, " ~")
		want[name] = make(map[int]string)
		lines := strings.Split(string(f.Data), "\n")
		for i, line := range lines {
			want[name][i+1] = all
			for m := marker.FindStringSubmatch(line); m != nil; m = marker.FindStringSubmatch(lines[i]) {
				lines[i] = strings.TrimSuffix(lines[i], m[0])
				want[name][i+1] += m[1]
			}
		}
		now[name] = strings.Join(lines, "\n")
	}
	return base, now, want
}

// runTruth checks each case in its own repository.
func runTruth(t *testing.T, cases []truthCase) {
	for _, c := range cases {
		base, now, want := c.read()
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t, base)
			r.replace(base, now, "")
			for precision := 1; precision <= 3; precision++ {
				o := r.options()
				o.Precision = precision
				checkTruth(t, precision, now, want, compute(t, o).Modules["example.com/m"])
			}
		})
	}
}

// runTruthRequired checks each case in a required module whose version was
// raised (setting modules: true).
func runTruthRequired(t *testing.T, cases []truthCase) {
	for _, c := range cases {
		base, now, want := c.read()
		t.Run(c.name+" in a required module", func(t *testing.T) {
			t.Parallel()
			r, o := newVendored(t, base, now)
			for precision := 1; precision <= 3; precision++ {
				o.Precision = precision
				set := compute(t, o)
				if len(set.Dependencies) != 1 || set.Dependencies[0].Reason != "" {
					t.Fatalf("got dependencies %+v of %s, want one with lines", set.Dependencies, r.dir)
				}
				checkTruth(t, precision, now, want, set.Modules["example.com/dep"])
			}
		})
	}
}

// replace replaces the base's files by the new side's.
func (r *gitRepo) replace(base, now map[string]string, dir string) {
	r.t.Helper()
	for name := range base {
		if _, ok := now[name]; !ok {
			r.remove(path.Join(dir, name))
		}
	}
	for name, text := range now {
		r.write(map[string]string{path.Join(dir, name): text})
	}
}

// newVendored makes a repository that vendored the base's files as v1.0.0 of a
// module and then raised it to v1.1.0.
func newVendored(t *testing.T, base, now map[string]string) (*gitRepo, diffsrc.Options) {
	t.Helper()
	r := emptyRepo(t)
	version := func(version string) {
		r.write(map[string]string{
			"go.mod":             "module example.com/m\n\ngo 1.22\n\nrequire example.com/dep " + version + "\n",
			"main.go":            "package main\n\nfunc main() {\n}\n",
			"vendor/modules.txt": "# example.com/dep " + version + "\n## explicit; go 1.22\n" + packages(base, now),
		})
	}
	const dir = "vendor/example.com/dep"
	version("v1.0.0")
	for name, text := range base {
		r.write(map[string]string{path.Join(dir, name): text})
	}
	r.commit("base")
	r.git("tag", "v1.0.0")
	version("v1.1.0")
	r.replace(base, now, dir)
	o := r.options()
	o.Requirements = &modules.Requirements{
		Fetch: modules.FetchNothing, GoMod: filepath.Join(r.dir, "go.mod"), Root: r.dir, Vendor: filepath.Join(r.dir, "vendor"),
		ModCache: t.TempDir(), Go: "go", Env: append(os.Environ(), "GOFLAGS=", "GOPROXY=off"),
	}
	return r, o
}

// packages lists the directories of both sides in the format of modules.txt.
func packages(sides ...map[string]string) string {
	var all []string
	for _, side := range sides {
		for name := range side {
			all = append(all, path.Join("example.com/dep", path.Dir(name))+"\n")
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "")
}

// checkTruth compares what is changed with what was expected.
func checkTruth(t *testing.T, precision int, now map[string]string, want changes, got diffsrc.ModuleLines) {
	t.Helper()
	for name, text := range now {
		for _, s := range statements(t, text, got[name].Lines) {
			marks := want[name][s.line]
			if want := strings.Contains(marks, fmt.Sprint(precision)); s.changed != want && (precision == 1 || !strings.Contains(marks, "?")) {
				t.Errorf("precision %d, %s:%d, %s: got changed %t, want %t; lines %v", precision, name, s.line, s.text, s.changed, want, got[name].Lines)
			}
		}
	}
}

// statement is a statement or signature with its lines.
type statement struct {
	line    int // the first line
	text    string
	changed bool
}

func statements(t *testing.T, text string, lines [][2]int) []statement {
	t.Helper()
	units, err := edits.Units([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var all []statement
	for _, u := range units {
		all = append(all, statement{u.Lines[0], u.Text, u.Changed(lines)})
	}
	return all
}
