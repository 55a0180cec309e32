package diffsrc_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
)

func writeIndex(t *testing.T, set *diffsrc.LineSet) string {
	t.Helper()
	var out bytes.Buffer
	if err := diffsrc.WriteIndex(&out, set); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestIndexRoundTrip(t *testing.T) {
	r := patchedRepo(t)
	set := compute(t, r.options())
	text := writeIndex(t, set)
	if again := writeIndex(t, compute(t, r.options())); again != text {
		t.Errorf("got another index for the same lines:\n%s", cmp.Diff(text, again))
	}
	if strings.Contains(text, r.dir) {
		t.Errorf("got the directory %s in the index", r.dir)
	}
	if err := os.RemoveAll(filepath.Join(r.dir, ".git")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir()) // without git
	o := r.options()
	o.Index = filepath.Join(t.TempDir(), "goat.index")
	writeFile(t, o.Index, text)
	o.Patchfile = "/nonexistent" // an index wins over it
	got := compute(t, o)
	if diff := cmp.Diff(set.Modules, got.Modules); diff != "" {
		t.Errorf("modules: got +, want -:\n%s", diff)
	}
	if got.Source != "index" || got.Bases[0].Ref != "v1.0.0" || got.Bases[0].Used != set.Bases[0].Used || got.Bases[0].Dir != "" {
		t.Errorf("got source %s, base %+v, want those of the index without a directory", got.Source, got.Bases)
	}
}

func TestIndexOfEverything(t *testing.T) {
	t.Parallel()
	o := diffsrc.Options{Index: filepath.Join(t.TempDir(), "goat.index")}
	writeFile(t, o.Index, writeIndex(t, compute(t, diffsrc.Options{Base: "INIT"})))
	if got := compute(t, o); !got.All {
		t.Errorf("got %+v, want everything", got)
	}
}

func TestBrokenIndex(t *testing.T) {
	t.Parallel()
	good := writeIndex(t, compute(t, diffsrc.Options{Base: "INIT"}))
	file := func(lines string) string {
		return `{"kind":"goat index","version":2,"source":"diff","modules":{"m":{"a.go":` + lines + `}}}`
	}
	tests := []struct{ name, text, want string }{
		{"empty", "", "parsing it"},
		{"cut off", good[:len(good)/2], "parsing it"},
		{"something else", `{"kind":"x"}`, "not an index"},
		{"newer", strings.Replace(good, `"version": 3`, `"version": 4`, 1), "its version is 4, made by a newer goat, and this goat reads version 3 (line sets are unavailable): update this goat, or make it again"},
		{"older", strings.Replace(good, `"version": 3`, `"version": 1`, 1), "its version is 1, made by an older goat, and this goat reads version 3 (line sets are unavailable): make it again"},
		{"unknown field", strings.Replace(good, `"source"`, `"sauce"`, 1), "sauce"},
		{"lines out of order", file(`{"hash":"","lines":[[3,4],[4,5]]}`), "a.go in module m"},
		{"adjacent lines", file(`{"hash":"","lines":[[3,4],[5,5]]}`), "out of order"},
		{"line 0", file(`{"hash":"","lines":[[0,4]]}`), "out of order"},
		{"removed nowhere", file(`{"hash":"","lines":[],"removed":[{"line":-1,"oldLine":1,"oldEndLine":1}]}`), "removed statements"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := diffsrc.Options{Index: filepath.Join(t.TempDir(), "goat.index")}
			writeFile(t, o.Index, tt.text)
			if err := computeError(t, o, tt.want, o.Index, "goat index -o"); !errors.Is(err, diffsrc.ErrUnavailable) {
				t.Errorf("got %v, want it to be unavailable", err)
			}
		})
	}
	err := computeError(t, diffsrc.Options{Index: "/nonexistent/goat.index"}, "goat.index", "goat index -o")
	if !errors.Is(err, diffsrc.ErrUnavailable) {
		t.Errorf("got %v, want it to be unavailable", err)
	}
}

// TestID checks that an edit keeps the ID, and that everything else that
// decides over lines changes it.
func TestID(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("a", 3), "b.go": function("b", 9)})
	o := r.options()
	first := compute(t, o).ID()
	same := func(what string) {
		t.Helper()
		if got := compute(t, o).ID(); got != first {
			t.Errorf("%s: got another identity, want the same", what)
		}
	}
	r.write(map[string]string{"a.go": function("a", 4)})
	same("edit")
	r.commit("second")
	same("commit")
	r.write(map[string]string{"new.go": function("n", 2)})
	same("new file")
	set := compute(t, o)
	ids := map[string]string{first: "first"}
	other := func(what string, id string) {
		t.Helper()
		if known, ok := ids[id]; ok {
			t.Errorf("%s: got the identity of %s, want another one", what, known)
		}
		ids[id] = what
	}
	o.Precision = 2
	other("precision", compute(t, o).ID())
	o.Precision = 0
	r.git("mv", "b.go", "c.go")
	other("rename", compute(t, o).ID())
	o.Base = "HEAD"
	other("base", compute(t, o).ID())
	other("init", compute(t, diffsrc.Options{Base: "INIT"}).ID())
	for _, s := range []*diffsrc.LineSet{set, compute(t, o)} {
		i := diffsrc.Options{Index: filepath.Join(t.TempDir(), "goat.index")}
		writeFile(t, i.Index, writeIndex(t, s))
		other("index", compute(t, i).ID())
	}
}
