package diffsrc_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// written sets the files' times to after the index was written, and leaves
// their bytes alone.
func (r *gitRepo) written(names ...string) {
	r.t.Helper()
	later := time.Now().Add(time.Hour)
	for _, name := range names {
		if err := os.Chtimes(filepath.Join(r.dir, name), later, later); err != nil {
			r.t.Fatal(err)
		}
	}
}

// TestIdent has git expand $Id$ keywords at checkout.
func TestIdent(t *testing.T) {
	t.Parallel()
	const text = "package p\n\nfunc %s() {\n\tprintln(\"$Id$\", \"$Id: two\", 1)\n\tprintln(\"$Id$\")\n}\n"
	files := map[string]string{".gitattributes": "*.go ident\nraw.go -ident\n"}
	for _, name := range []string{"same", "edited", "renamed", "raw"} {
		files[name+".go"] = fmt.Sprintf(text, name)
	}
	r := newRepo(t, files)
	r.remove("same.go", "edited.go", "renamed.go", "raw.go")
	r.git("checkout", "-q", ".")
	expanded, err := os.ReadFile(filepath.Join(r.dir, "edited.go"))
	if err != nil || !strings.Contains(string(expanded), "$Id: ") {
		t.Fatalf("got %s (%v), want git to have written $Id: … $", expanded, err)
	}
	edited := strings.Replace(string(expanded), "1)", "2)", 1)
	r.write(map[string]string{"edited.go": edited, "raw.go": strings.Replace(fmt.Sprintf(text, "raw"), `"$Id$")`, `"$Id: other $")`, 1)})
	r.git("mv", "renamed.go", "to.go")
	r.written("same.go", "to.go")
	for precision := 1; precision <= 2; precision++ {
		o := r.options()
		o.Precision = precision
		set := compute(t, o)
		wantLines(t, set, map[string]string{"edited.go": "4", "raw.go": "5"})
		if got, want := set.Modules["example.com/m"]["edited.go"].Hash, fmt.Sprintf("%x", sha256.Sum256([]byte(edited))); got != want {
			t.Errorf("got hash %s, want that of the bytes on disk, %s", got, want)
		}
	}
}

// TestFilters has files that git would convert with a program, or from another
// encoding. They are compared as they are on disk, whenever they were written.
func TestFilters(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		".gitattributes":      "upper*.go filter=upper\nunset.go filter=none\nlatin.go working-tree-encoding=ISO-8859-1\nutf.go working-tree-encoding=UTF-8\n",
		"sub/.gitattributes":  "upper*.go -filter\n",
		"upper.go":            function("u", 3),
		"upper2.go":           strings.ToUpper(function("u", 3)),
		"sub/upper.go":        function("s", 3),
		"unset.go":            function("n", 3),
		"latin.go":            "package p\n\nfunc l() {\n\tprintln(\"\xe4\")\n\tprintln(\"a\")\n}\n",
		"utf.go":              function("ä", 2),
		"plain.go":            function("p", 3),
		"testdata/ignored.go": "",
	}
	r := emptyRepo(t)
	r.git("config", "filter.upper.clean", "tr a-z A-Z")
	r.git("config", "filter.upper.smudge", "cat")
	r.write(map[string]string{"go.mod": "module example.com/m\n\ngo 1.22\n"})
	r.write(files)
	r.commit("base")
	r.git("tag", "v1.0.0")
	upper := "1,3-6"
	want := map[string]string{"upper.go": upper, "latin.go": "4"}
	check := func(when string) {
		t.Helper()
		set := compute(t, r.options())
		wantLines(t, set, want)
		warnings := strings.Join(set.Warnings, "\n")
		for _, text := range []string{"upper.go has the git attribute filter=upper", "latin.go has the git attribute working-tree-encoding=ISO-8859-1", "ignores"} {
			if !strings.Contains(warnings, text) {
				t.Errorf("%s: got warnings %q, want %q", when, warnings, text)
			}
		}
		for _, text := range []string{"sub/", "upper2.go", "unset.go", "utf.go", "plain.go"} {
			if strings.Contains(warnings, text) {
				t.Errorf("%s: got warnings %q, want nothing of %s", when, warnings, text)
			}
		}
	}
	check("committed")
	r.git("status") // refreshes the index
	check("refreshed")
	r.written("upper.go", "upper2.go", "sub/upper.go", "unset.go", "latin.go", "utf.go", "plain.go")
	check("written")
}

// TestWitnessOfAttributes gives files attributes after a comparison.
func TestWitnessOfAttributes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{".gitattributes", "sub/.gitattributes", ".git/info/attributes", "tracked/.gitattributes"} {
		for _, before := range []string{"", "*.c ident\n", "*.go ident\n"} {
			r := newRepo(t, map[string]string{
				"sub/s.go": function("s", 3), "tracked/t.go": function("t", 3), "tracked/.gitattributes": "*.x text\n",
			})
			if before != "" {
				r.write(map[string]string{name: before})
			}
			_, w := witnessed(t, r.options())
			if !w.Holds(t.Context(), os.Getenv) {
				t.Errorf("%s with %q: the witness does not hold right away", name, before)
			}
			r.write(map[string]string{name: "*.go filter=x\n"})
			if w.Holds(t.Context(), os.Getenv) {
				t.Errorf("%s with %q: the witness holds, want other attributes to be seen", name, before)
			}
		}
	}
}

// TestWrittenFiles rewrites files without a change, with other line ends, and,
// within one tick of the clock, back to the base's content.
func TestWrittenFiles(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3), "b.go": function("b", 3), "c.go": function("c", 3), "moved.go": function("m", 9)})
	info, err := os.Stat(filepath.Join(r.dir, "c.go"))
	if err != nil {
		t.Fatal(err)
	}
	r.written("a.go")
	r.write(map[string]string{"b.go": strings.ReplaceAll(function("b", 3), "\n", "\r\n"), "c.go": strings.Replace(function("c", 3), "step", "stop", 1)})
	if err := os.Chtimes(filepath.Join(r.dir, "c.go"), info.ModTime(), info.ModTime()); err != nil { // same time and size
		t.Fatal(err)
	}
	want := map[string]string{"c.go": "4"}
	wantLines(t, compute(t, r.options()), want)
	r.git("update-index", "-q", "--refresh", "--unmerged", "--really-refresh", "a.go")
	wantLines(t, compute(t, r.options()), want)
	r.write(map[string]string{"c.go": function("c", 3)})
	wantLines(t, compute(t, r.options()), map[string]string{})
}
