package analyzers_test

import (
	"go/ast"
	"go/build"
	"go/scanner"
	"go/token"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
)

// source is a file of a package in these tests.
type source struct{ name, text string }

// idsOf returns the ids of a package in which everything is changed, in the
// order of the points, grouped by the outermost function's name ("f" for
// f.func1).
func idsOf(t *testing.T, pkg string, g point.Granularity, sources ...source) map[string][]string {
	t.Helper()
	var files []analyzers.FileInput
	for _, s := range sources {
		in := input(t, s.name, "package p\n"+s.text)
		in.All = true
		files = append(files, in)
	}
	slices.SortFunc(files, func(a, b analyzers.FileInput) int { return strings.Compare(a.Rel, b.Rel) })
	ids := make(map[string][]string)
	seen := make(map[string]point.Point)
	for _, sites := range analyzers.PackageSites(pkg, g, files) {
		for _, s := range sites {
			fn, _, _ := strings.Cut(s.Func, ".func")
			ids[fn] = append(ids[fn], s.StableID)
			if other, taken := seen[s.StableID]; taken {
				t.Errorf("%s: %v has the id of %v", g, s.Point, other)
			}
			seen[s.StableID] = s.Point
		}
	}
	return ids
}

const subject = `func f(x int) (n int) {
	if x > 1 { n = h(x, 2) } else if x < 0 { n-- }
	switch { case x == 3: n++ }
	for i := range x { n += i; go func() { h(i, n) }() }
	return n
}
`

const others = "func g(x int) int { h(x, 1); return x }\nvar v = func() { h(1, 2) }\n"

// f and g keep their ids whatever is around them and however they are
// formatted.
func TestSameCodeHasSameIDs(t *testing.T) {
	for _, g := range point.Granularities() {
		want := idsOf(t, "example.com/p", g, source{"a.go", subject + others})
		if len(want["f"]) == 0 || len(want["g"]) == 0 {
			t.Fatalf("%s: got %v, want points in f and g", g, want)
		}
		for name, sources := range map[string][]source{
			"shifted":          {{"a.go", "\n\n// Text.\n" + subject + others}},
			"comments":         {{"a.go", strings.ReplaceAll(subject, "{", "{ /* a */") + others}},
			"line breaks":      {{"a.go", strings.NewReplacer("; ", "\n", "h(x, 2)", "h(\nx,\n2,\n)", "{ ", "{\n", " }", "\n}").Replace(subject) + others}},
			"other order":      {{"a.go", others + subject}},
			"other file":       {{"a.go", others}, {"z.go", subject}},
			"other functions":  {{"a.go", "func k() { h(0, 0) }\n" + subject + "func init() { f(1) }\n" + others + "var w = func() { h(3, 4) }\n"}},
			"test files":       {{"a.go", subject + others}, {"a_test.go", "func init() { g(1) }\n"}},
			"line directives":  {{"a.go", "//line x.y:7\n" + subject + "//line z.y:1\n" + others}},
			"carriage returns": {{"a.go", strings.ReplaceAll(subject+others, "\n", "\r\n")}},
		} {
			got := idsOf(t, "example.com/p", g, sources...)
			for _, fn := range []string{"f", "g"} {
				if name == "line breaks" && g == point.Line { // more lines, more points
					got[fn] = slices.DeleteFunc(got[fn], func(id string) bool { return !slices.Contains(want[fn], id) })
				}
				if diff := cmp.Diff(want[fn], got[fn]); diff != "" {
					t.Errorf("%s, %s: ids of %s (-want +got):\n%s", name, g, fn, diff)
				}
			}
		}
		if diff := cmp.Diff(want, idsOf(t, "example.com/p [example.com/p.test]", g, source{"a.go", subject + others})); diff != "" {
			t.Errorf("test variant, %s: ids (-want +got):\n%s", g, diff)
		}
		for fn, ids := range idsOf(t, "example.com/p_test", g, source{"a.go", subject + others}) {
			if shared(ids, want[fn]) {
				t.Errorf("%s: %s has an id of another package's", g, fn)
			}
		}
	}
}

// An edit of one token gives all points of its declaration other ids, and
// leaves the ids of all other declarations alone.
func TestEditedCodeHasOtherIDs(t *testing.T) {
	want := idsOf(t, "p", point.Line, source{"a.go", subject + others})
	edits := 0
	for _, tok := range tokensOf(subject) {
		edited := subject[:tok.offset] + tok.instead + subject[tok.offset+len(tok.text):]
		if tok.text == "f" {
			continue
		}
		edits++
		got := idsOf(t, "p", point.Line, source{"a.go", edited + others})
		if shared(got["f"], want["f"]) {
			t.Errorf("%q became %q: an id stayed in\n%s", tok.text, tok.instead, edited)
		}
		for _, fn := range []string{"g", "init"} {
			if diff := cmp.Diff(want[fn], got[fn]); diff != "" {
				t.Errorf("%q became %q: ids of %s (-want +got):\n%s", tok.text, tok.instead, fn, diff)
			}
		}
	}
	if edits < 25 {
		t.Errorf("got %d edits, want more", edits)
	}
}

type edit struct {
	offset        int
	text, instead string
}

// tokensOf returns edits of single names, numbers and operators after which the
// source still parses.
func tokensOf(src string) []edit {
	var edits []edit
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, []byte(src), nil, 0)
	for {
		pos, tok, lit := s.Scan()
		instead := ""
		switch tok {
		case token.EOF:
			return edits
		case token.IDENT, token.INT:
			instead = lit + "0"
		case token.GTR, token.LSS, token.EQL:
			lit, instead = tok.String(), "!="
		case token.INC, token.DEC:
			lit, instead = tok.String(), map[token.Token]string{token.INC: "--", token.DEC: "++"}[tok]
		case token.GO:
			instead = "defer"
		}
		if instead != "" {
			edits = append(edits, edit{file.Offset(pos), lit, instead})
		}
	}
}

func shared(a, b []string) bool {
	return slices.ContainsFunc(a, func(id string) bool { return slices.Contains(b, id) })
}

// Points at one place, or at one statement with different meanings, have
// different ids; idsOf checks that.
func TestIDsAreUnique(t *testing.T) {
	for name, text := range map[string]string{
		"init":                "func init() { a() }\nfunc init() { a() }\n",
		"blank variables":     "var _ = func() { a() }\nvar _ = func() { a() }\nvar ( _ = func() { a() }; _ = func() { a() } )\n",
		"literals":            "var x = []func(){func() { a() }, func() { a() }}\nfunc f() { b(func() { a() }, func() { a() }); func() { func() { a() }() }() }\n",
		"pairs":               "var a, b = func() { c() }, func() { c() }\n",
		"else if":             "func f() { if a { } else if b { } else if c { d() } }\n",
		"missing branches":    "func f() { if a { if b { } }; switch { case c: switch d { case e: } }; switch g.(type) { case h: } }\n",
		"branches":            "func f() { for a { if b { c() } else { d() } }; select { case <-e: default: }; { { a() } } }\n",
		"methods":             "func (t T[P]) m() { a() }\nfunc (t *U[P]) m() { a() }\nfunc m[P any]() { a() }\n",
		"points asked for":    "func f() {\n// +goat:insert\n// +goat:insert\na()\n/* +goat:insert */ /* +goat:insert */ b(func() {\n// +goat:insert\n}) // +goat:insert\n}\n",
		"ends of blocks":      "func f() {\n{\n{ // +goat:insert\n}\n// +goat:insert\n}\n// +goat:insert\n{\n// +goat:insert\nb()\n// +goat:insert\n}\n// +goat:insert\n}\n",
		"ends of clauses":     "func f() { switch {\ncase a: // +goat:insert\n{\n// +goat:insert\n}\n// +goat:insert\ndefault: // +goat:insert\n} }\n",
		"insert before blank": "func f() {\n// +goat:insert\n;\n// +goat:insert\n}\n",
	} {
		for _, g := range point.Granularities() {
			if ids := idsOf(t, "p", g, source{"a.go", text}, source{"b_test.go", text}); len(ids) == 0 {
				t.Errorf("%s, %s: got no points", name, g)
			}
		}
	}
}

// Different functions of the same name, as for two architectures, share no id.
// Equal ones are numbered by file with tests last, so a build without tests has
// the same ids.
func TestIDsOfEqualNames(t *testing.T) {
	ids := func(sources ...source) []string { return idsOf(t, "p", point.Patch, sources...)["arch"] }
	amd64, arm64 := ids(source{"a_amd64.go", "func arch() { a() }\n"}), ids(source{"a_arm64.go", "func arch() { b() }\n"})
	if shared(amd64, arm64) {
		t.Errorf("got the id %v for two codes", amd64)
	}
	if same := ids(source{"a_arm64.go", "func arch() { a() }\n"}); !slices.Equal(same, amd64) {
		t.Errorf("got %v and %v for one code", same, amd64)
	}
	inits := func(sources ...source) map[string][]string { return idsOf(t, "p", point.Patch, sources...) }
	alone := inits(source{"m.go", "func init() { a() }\n"}, source{"n.go", "func init() { a() }\n"})
	tested := inits(source{"a_test.go", "func init() { a() }\n"}, source{"b.go", "func init() { b() }\n"},
		source{"m.go", "func init() { a() }\n"}, source{"n.go", "func init() { a() }\n"})
	for before, after := range map[string]string{"init.0": "init.1", "init.1": "init.2"} {
		if !slices.Equal(alone[before], tested[after]) {
			t.Errorf("%s: got %v, want %v", after, tested[after], alone[before])
		}
	}
}

// A specification is a declaration of its own: its ids stay when a neighbour in
// its group is edited, and when it is taken out of the group.
func TestIDsOfVariables(t *testing.T) {
	ids := func(text string) []string {
		return slices.Sorted(maps.Keys(count(idsOf(t, "p", point.Patch, source{"a.go", text})["init"])))
	}
	grouped := ids("var (\n\ta = func() { x() }\n\tb = func() { y() }\n)\n")
	if apart := ids("var b = func() { y() }\nvar a = func() {\n\tx()\n}\n"); !slices.Equal(grouped, apart) {
		t.Errorf("got %v, want %v", apart, grouped)
	}
	edited := ids("var (\n\ta = func() { x() }\n\tb = func() { z() }\n)\n")
	stayed := slices.DeleteFunc(slices.Clone(edited), func(id string) bool { return !slices.Contains(grouped, id) })
	if len(grouped) != len(edited) || 2*len(stayed) != len(edited) {
		t.Errorf("got %v after an edit of one, %v before; want half of them to stay", edited, grouped)
	}
}

func count(ids []string) map[string]int {
	n := make(map[string]int)
	for _, id := range ids {
		n[id]++
	}
	return n
}

// codeAt is what an id must name: a statement, block or clause, and what its
// hit means. For a point that a comment asks for, it is the comment.
type codeAt struct {
	node ast.Node
	kind point.Kind
	pos  token.Pos
}

// Whatever is changed and at every granularity, one id means one code, one code
// has one id, and no two points of a package share one.
func TestIDMeansOneCode(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	packages := map[string][]analyzers.FileInput{}
	for _, dir := range []string{"encoding/json", "net/textproto", "internal/poll"} {
		packages[dir] = parseDir(t, filepath.Join(build.Default.GOROOT, "src", dir))
	}
	constructs := input(t, "c.go", "package p\n"+subject+others+strings.ReplaceAll(subject, "f(x", "(t *T[P]) f(x")+
		"func init() {\n// +goat:insert\n// +goat:insert\nif a { } else if b { }\n// +goat:insert\n}\n"+
		"func init() {\n// +goat:insert\n// +goat:insert\nif a { } else if b { }\n// +goat:insert\n}\n"+
		"var _ = func() { a() }\nvar _ = func() { a() }\nfunc e() { switch {\ncase a: // +goat:insert\n}; select { case a <- b: c() } }\n")
	packages["constructs"] = []analyzers.FileInput{constructs}
	for path, files := range packages {
		meaning, name := make(map[string]codeAt), make(map[codeAt]string)
		for range 16 {
			changed := slices.Clone(files)
			for i := range changed {
				changed[i].All, changed[i].Lines = random.IntN(8) == 0, randomLines(random, len(files[i].Src)/20)
			}
			g := point.Granularities()[random.IntN(4)]
			here := make(map[string]point.Point)
			for _, sites := range analyzers.PackageSites(path, g, changed) {
				for _, s := range sites {
					if other, taken := here[s.StableID]; taken {
						t.Fatalf("%s: %v has the id of %v", path, s.Point, other)
					}
					here[s.StableID] = s.Point
					at := codeAt{node: s.Node, kind: s.Kind}
					if s.Kind == point.KindManual || s.Anchor == point.ImplicitElse {
						at.pos = s.Pos // one if can have two elses: its own, and the implicit one of the if in it
					}
					if was, ok := meaning[s.StableID]; ok && was != at {
						t.Fatalf("%s: the id of %v, %+v, has named %+v", path, s.Point, at, was)
					}
					if was, ok := name[at]; ok && was != s.StableID {
						t.Fatalf("%s: %v has id %s and had %s", path, s.Point, s.StableID, was)
					}
					meaning[s.StableID], name[at] = at, s.StableID
				}
			}
		}
		if len(meaning) < 20 {
			t.Errorf("%s: got %d ids, want more", path, len(meaning))
		}
	}
}

func randomLines(random *rand.Rand, last int) [][2]int {
	var lines [][2]int
	for n := 1 + random.IntN(40); n < last; n += 2 + random.IntN(60) {
		to := n + random.IntN(4)
		lines = append(lines, [2]int{n, to})
		n = to
	}
	return lines
}
