package syntax_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/syntax"
)

func TestOwnText(t *testing.T) {
	// want lists each statement's own text; "…" stands for what is cut out.
	for _, c := range []struct{ name, src, want string }{
		{"plain", "a(); b = c; d++; ch <- v; <-ch; go f(); defer g(); return", "a() | b = c | d++ | ch <- v | <-ch | go f() | defer g() | return"},
		{"branches of control", "for { break; continue; goto l; l: }", "for { | break | continue | goto l"},
		{"declarations", "var a, b = 1, 2; var (c int; d int); const e = 1; type t int; var ()", "var a, b = 1, 2 | var (c int; d int)"},
		{"no statements", "{}; ;; l: {}", ""},
		{"bare block", "{ a() }", "a()"},
		{"if", "if a { b() }", "if a { | b()"},
		{"if init else", "if a := b; a { c() } else { d() }", "if a := b; a { | c() | d()"},
		{"else if", "if a { b() } else if c := d; c { e() } else { f() }", "if a { | b() | if c := d; c { | e() | f()"},
		{"for", "for i := 0; i < n; i++ { a() }", "for i := 0; i < n; i++ { | a()"},
		{"for condition", "for a { b() }", "for a { | b()"},
		{"endless", "for { a() }", "for { | a()"},
		{"range", "for k, v := range m { a() }; for range n {}", "for k, v := range m { | a() | for range n {"},
		{"switch", "switch a := b; a { case 1, 2: c(); default: d() }", "switch a := b; a { | case 1, 2: | c() | default: | d()"},
		{"switch without tag", "switch { case a: fallthrough; case b: }", "switch { | case a: | fallthrough | case b:"},
		{"empty switch and select", "switch a {}; switch x := y.(type) {}; select {}", "switch a {} | switch x := y.(type) {} | select {}"},
		{"type switch", "switch a := b; c := a.(type) { case int, T: d(c) }", "switch a := b; c := a.(type) { | case int, T: | d(c)"},
		{"select", "select { case <-a: b(); case c <- d: case e, ok := <-f: default: g() }", "select { | case <-a: | b() | case c <- d: | case e, ok := <-f: | default: | g()"},
		{"labels", "l: a(); m: for { break m }", "a() | for { | break m"},
		{"literal in a call", "a(1, func() { b() }, 2)", "a(1, …, 2) | b()"},
		{"literal last", "a := func() { b() }", "a :=  | b()"},
		{"literal first", "func() { a() }()", "a() | ()"},
		{"two literals", "a(func() { b() }, func() { c() })", "a(…, …) | b() | c()"},
		{"literal in a literal", "a(func() { b(func() { c() }) })", "a(…) | b(…) | c()"},
		{"literal in headers", "if a(func() { b() }) { c() }", "if a(…) { | b() | c()"},
		{"literal in a post statement", "for ; ; a(func() { b() }) { c() }", "for ; ; a(…) { | b() | c()"},
		{"literal in a case", "switch { case a(func() { b() }): c() }", "switch { | case a(…): | b() | c()"},
		{"literal in a comm clause", "select { case x <- func() { a() }: b() }", "select { | case x <- …: | a() | b()"},
		{"literal in a type switch guard", "switch a := f(func() { b() }).(type) { case int: }", "switch a := f(…).(type) { | b() | case int:"},
		{"literal alone", "func() { a() }", "a() | "},
		{"comments are within", "a( /* x */ 1)", "a( /* x */ 1)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := "package p\nfunc f() {\n" + c.src + "\n}\n"
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, texts(fset, src, syntax.Statements(file))); diff != "" {
				t.Errorf("own texts (-want +got):\n%s", diff)
			}
		})
	}
}

func texts(fset *token.FileSet, src string, statements []syntax.Statement) string {
	var own [][]syntax.Extent
	for _, s := range statements {
		own = append(own, s.Own)
	}
	return extentTexts(fset, src, own)
}

// extentTexts joins texts by bars, and an ellipsis stands for what is cut out.
func extentTexts(fset *token.FileSet, src string, texts [][]syntax.Extent) string {
	var all []string
	for _, own := range texts {
		var parts []string
		for _, e := range own {
			parts = append(parts, src[fset.Position(e.Pos).Offset:fset.Position(e.End).Offset])
		}
		all = append(all, strings.Join(parts, "…"))
	}
	return strings.Join(all, " | ")
}

// In real code extents ascend within a statement, and no byte is the own text
// of two statements.
func TestExtentsDoNotOverlap(t *testing.T) {
	for _, dir := range []string{"go/parser", "net/http", "sync"} {
		names, err := filepath.Glob(filepath.Join(build.Default.GOROOT, "src", dir, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("listing %s: got %d files, %v", dir, len(names), err)
		}
		for _, name := range names {
			checkFile(t, name)
		}
	}
}

func checkFile(t *testing.T, name string) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	owner := make([]ast.Node, len(src)+1)
	for _, s := range syntax.Statements(file) {
		last := token.NoPos
		for _, e := range s.Own {
			if e.Pos < last || e.End < e.Pos {
				t.Fatalf("%s: extents %v do not ascend", fset.Position(e.Pos), s.Own)
			}
			last = e.End
			for i := fset.Position(e.Pos).Offset; i < fset.Position(e.End).Offset; i++ {
				if owner[i] != nil {
					t.Fatalf("%s:%d: own text of a %T and of a %T", name, i, owner[i], s.Node)
				}
				owner[i] = s.Node
			}
		}
	}
}
