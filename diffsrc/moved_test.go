package diffsrc_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
)

// paragraph returns n statements that differ from those of any other name.
func paragraph(name string, n int) string {
	text := function(name, n)
	start := strings.Index(text, "{\n") + 2
	return text[start : len(text)-2]
}

// precisions compares the lines at each precision with want.
func precisions(t *testing.T, o diffsrc.Options, want map[int]map[string]string) {
	t.Helper()
	for precision := 1; precision <= 3; precision++ {
		o.Precision = precision
		wantLines(t, compute(t, o), want[precision])
		if t.Failed() {
			t.Fatalf("at precision %d", precision)
		}
	}
}

func TestRenamedFile(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"old.go": function("f", 9)})
	r.git("mv", "old.go", "new.go")
	r.write(map[string]string{"new.go": strings.Replace(function("f", 9), "step number 4", "step number four", 1)})
	precisions(t, r.options(), map[int]map[string]string{
		1: {"new.go": "8"}, 2: {"new.go": "8"}, 3: {"new.go": "3-12"},
	})
	want := []diffsrc.Pair{{Repo: ".", New: "new.go", Old: "old.go"}}
	if diff := cmp.Diff(want, compute(t, r.options()).Pairs); diff != "" {
		t.Errorf("pairs: got +, want -:\n%s", diff)
	}
}

func TestUntrackedRename(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"old.go": function("f", 9)})
	r.remove("old.go")
	r.write(map[string]string{"sub/new.go": function("f", 9)})
	precisions(t, r.options(), map[int]map[string]string{1: {}, 2: {}, 3: {"sub/new.go": "3-12"}})
}

func TestMovedWithinFile(t *testing.T) {
	t.Parallel()
	parts := func(order ...string) string {
		text := "package p\n"
		for _, name := range order {
			text += "\nfunc " + name + "() {\n" + paragraph(name, 6) + "}\n"
		}
		return text
	}
	r := newRepo(t, map[string]string{"a.go": parts("one", "two", "three")})
	r.write(map[string]string{"a.go": parts("three", "one", "two")})
	precisions(t, r.options(), map[int]map[string]string{1: {"a.go": ""}, 2: {"a.go": "3-9"}, 3: {"a.go": "3-9"}})
}

func TestMovedBetweenFiles(t *testing.T) {
	t.Parallel()
	header := "package p\n\nfunc g() {\n"
	r := newRepo(t, map[string]string{
		"from.go": header + paragraph("stays", 8) + paragraph("moves", 8) + "}\n",
		"to.go":   header + paragraph("other", 8) + "}\n",
	})
	// Indented deeper, and with one new statement in between.
	moved := strings.ReplaceAll(paragraph("moves", 8), "\tprintln", "\t\t\tprintln")
	r.write(map[string]string{
		"from.go": header + paragraph("stays", 8) + "}\n",
		"to.go":   header + paragraph("other", 8) + moved + "\tprintln(0)\n}\n",
	})
	precisions(t, r.options(), map[int]map[string]string{
		1: {"to.go": "20"}, 2: {"from.go": "", "to.go": "12-20"}, 3: {"from.go": "", "to.go": "12-20"},
	})
	want := []diffsrc.Pair{{Repo: ".", New: "to.go", Old: "from.go"}}
	got := compute(t, r.options()).Pairs
	for i := range got {
		got[i].Moved = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pairs: got +, want -:\n%s", diff)
	}
}

func TestMoveIsRefusedWhenTokensDiffer(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{
		"from.go": "package p\n\nfunc g() {\n" + paragraph("moves", 8) + "\tprintln(\"with a blank in the string that moves with it\")\n}\n",
	})
	// blame -w takes the two lines for the same.
	r.remove("from.go")
	r.write(map[string]string{
		"to.go": "package p\n\nfunc other() {\n\tprintln(other)\n" + paragraph("moves", 8) + "\tprintln(\"with ablank in the string that moves with it\")\n}\n",
	})
	o := r.options()
	wantLines(t, compute(t, o), map[string]string{"to.go": "3-4,13"})
}

// TestShortenedWhereMoved moves a call of which each line was there before, but
// which has lost an argument.
func TestShortenedWhereMoved(t *testing.T) {
	t.Parallel()
	call := []string{"\tlogger.Info(\"the request was answered\",\n", "\t\t\"status\", response.Status,\n", "\t\t\"duration\", time.Since(start))\n"}
	text := func(body ...string) string { return "package p\n\nfunc f() {\n" + strings.Join(body, "") + "}\n" }
	r := newRepo(t, map[string]string{"a.go": text(call...)})
	r.write(map[string]string{"a.go": text("\tif verbose {\n", "\t"+call[0], "\t"+call[2], "\t}\n")})
	precisions(t, r.options(), map[int]map[string]string{1: {"a.go": "4-5"}, 2: {"a.go": "4-5"}, 3: {"a.go": "4-5"}})
}

func TestCopies(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{"a.go": function("f", 8), "b.go": function("g", 8)})
	r.write(map[string]string{
		"c.go": "package p\n\nfunc f2() {\n" + paragraph("f", 8) + "}\n",
		"b.go": function("g", 8) + "\nfunc f3() {\n" + paragraph("f", 8) + "}\n",
	})
	o := r.options()
	want := map[string]string{"b.go": "14-22", "c.go": "3-11"}
	wantLines(t, compute(t, o), want)
	// The copied file may itself have changed.
	r.write(map[string]string{"a.go": strings.Replace(function("f", 8), "step number 4", "step number four", 1)})
	want["a.go"] = "8"
	wantLines(t, compute(t, o), want)
	if pairs := compute(t, o).Pairs; len(pairs) > 0 {
		t.Errorf("got pairs %v, want none", pairs)
	}
}

func TestSplitFile(t *testing.T) {
	t.Parallel()
	text := func(names ...string) string {
		out := "package p\n"
		for _, name := range names {
			out += "\nfunc " + name + "() {\n" + paragraph(name, 10) + "}\n"
		}
		return out
	}
	r := newRepo(t, map[string]string{"all.go": text("one", "two", "three", "four")})
	r.remove("all.go")
	r.write(map[string]string{"x.go": text("one", "two"), "y.go": text("three", "four")})
	o := r.options()
	set := compute(t, o)
	wantLines(t, set, map[string]string{"x.go": ""})
	want := []diffsrc.Pair{{Repo: ".", New: "x.go", Old: "all.go", Moved: set.Pairs[0].Moved}, {Repo: ".", New: "y.go", Old: "all.go"}}
	if diff := cmp.Diff(want, set.Pairs); diff != "" {
		t.Errorf("pairs: got +, want -:\n%s", diff)
	}
}

// TestOriginalComesBack has the same bytes as moved code and as a copy,
// depending on another file. So the ID must say which code moved, not only from
// where.
func TestOriginalComesBack(t *testing.T) {
	t.Parallel()
	text := func(names ...string) string {
		out := "package p\n"
		for _, name := range names {
			out += "\nfunc " + name + "() {\n" + paragraph(name, 6) + "}\n"
		}
		return out
	}
	r := newRepo(t, map[string]string{"a.go": text("own"), "b.go": text("one", "two", "stays")})
	r.write(map[string]string{"a.go": text("own", "one", "two"), "b.go": text("stays")})
	moved := compute(t, r.options())
	wantLines(t, moved, map[string]string{"a.go": ""})
	want := []diffsrc.Moved{{Line: 12, EndLine: 27, From: "b.go", OldLine: 3, OldEndLine: 18}}
	if diff := cmp.Diff(want, moved.Modules["example.com/m"]["a.go"].Moved); diff != "" {
		t.Errorf("moved code: got +, want -:\n%s", diff)
	}

	r.write(map[string]string{"b.go": text("two", "stays")})
	copied := compute(t, r.options())
	wantLines(t, copied, map[string]string{"a.go": "21-27"})
	if moved.ID() == copied.ID() {
		t.Error("got the same ID for moved and for copied code of the same file")
	}
	r.write(map[string]string{"a.go": "// A comment moves all lines.\n" + text("own", "one", "two")})
	if id := compute(t, r.options()).ID(); id != copied.ID() {
		t.Error("got another ID where lines were shifted")
	}
}

// TestPatchThatChangesLineEnds has a patch that shows each line of the file as
// changed. A diff at precision 2 only shows the lines that moved.
func TestPatchThatChangesLineEnds(t *testing.T) {
	t.Parallel()
	text := func(order string) string {
		out := "package p\n"
		for _, name := range order {
			out += "\nfunc " + string(name) + "() {\n" + paragraph(string(name), map[rune]int{'a': 1, 'b': 1, 'c': 12}[name]) + "}\n"
		}
		return out
	}
	for _, ends := range [][2]string{{"\n", "\r\n"}, {"\r\n", "\n"}} {
		r := newRepo(t, map[string]string{"a.go": strings.ReplaceAll(text("abc"), "\n", ends[0])})
		r.write(map[string]string{"a.go": strings.ReplaceAll(text("cab"), "\n", ends[1])})
		o := r.options()
		o.Precision = 2
		want := map[string]string{"a.go": "18-19,22-23"}
		wantLines(t, compute(t, o), want)
		o.Patchfile = filepath.Join(t.TempDir(), "patch")
		writeFile(t, o.Patchfile, r.git("diff", "v1.0.0")+"\n")
		wantLines(t, compute(t, o), want)
	}
}
