package identity

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/syntax"
)

func parse(t testing.TB, src string) File {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, src)
	}
	return File{fset, file, []byte(src)}
}

// forms returns the normal form of each declaration of a file, with the number
// of places in it.
func forms(t testing.TB, src string) []string {
	t.Helper()
	p := New("p", []File{parse(t, src)})
	var all []string
	for _, d := range p.files[0] {
		kinds := strings.Repeat("#", d.places().count)
		all = append(all, strings.ReplaceAll(string(syntax.NormalForm(d.file.file(), d.file.Src, d.node)), "\x00", " ")+kinds)
	}
	return all
}

// Layout, comments and what gofmt rewrites do not change the form.
func TestSameForm(t *testing.T) {
	for _, c := range []struct{ name, a, b string }{
		{"line breaks", "func f() { a(); b(1, 2) }", "func f() {\n\ta()\n\tb(\n\t\t1,\n\t\t2,\n\t)\n}"},
		{"comments", "func f() { a() }", "func /* x */ f() { // y\n\ta() /* z\n */ }"},
		{"directives", "func f() { a() }", "//go:noinline\nfunc f() {\n//line x.go:7\na() /*line y.go:3:4*/ }"},
		{"empty statements", "func f() { a(); b() }", "func f() {; a();; b(); ; }"},
		{"empty statements in clauses", "func f() { switch { case x: a(); default: } }", "func f() { switch { case x: ; a(); default: ; } }"},
		{"labels", "func f() { l: for { break l }; m: }", "func f() {\nl:\n\tfor { break l; }\nm: ; }"},
		{"composite literals", "var x = []T{{1, 2}, {3: 4}}", "var x = []T{\n{1,\n2,},\n{3: 4,},\n}"},
		{"type arguments", "func f() { g[int, string]() }", "func f() { g[\nint,\nstring,\n]() }"},
		{"structs", "func f() { var x struct { a int; b, c T } }", "func f() { var x struct {\n a int\n b, c T\n} }"},
		{"groups", "var x = 1", "var (\n\tx = 1\n)"},
		{"carriage returns", "func f() { a(`x\ny`) }", "func f() {\r\n a(`x\r\ny`)\r\n}"},
		{"parentheses of headers", "func f() { if x { }; for y { }; switch z { }; for range c { } }", "func f() { if (x) { }; for ((y)) { }; switch (z) { }; for range (c) { } }"},
		{"double parentheses", "func f() { a((b)) }", "func f() { a((((b)))) }"},
		{"semicolons of headers", "func f() { for { }; for x { }; if y { }; switch { }; switch z { }; switch a.(type) { } }",
			"func f() { for ;; { }; for ; x; { }; if ; y { }; switch ; { }; switch ; z { }; switch ; a.(type) { } }"},
		{"semicolons in a literal of a header", "func f() { if func() bool { a(); return b }() { } }", "func f() { if ; func() bool { a(); return b }() { } }"},
		{"results", "func f() int { func() { }() }", "func f() (int) { func() () { }() }"},
		{"parameter types", "func (t T) f(a int) (b int) { }", "func (t (T)) f(a (int),) (b (int)) { }"},
		{"type parameters", "func f[P *int, Q any]() { }", "func f[P *int, Q any,]() { }"},
		{"numbers", "var x = []T{0xAB, 0x1p-2, 1e3, 0o7, 0b1, 7i, 0i, 1.5e1i, 010}", "var x = []T{0XAB, 0X1P-2, 1E3, 0O7, 0B1, 07i, 00i, 1.5E1i, 010}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(forms(t, "package p\n"+c.a), forms(t, "package p\n\n\n"+c.b)); diff != "" {
				t.Errorf("forms (-a +b):\n%s", diff)
			}
		})
	}
}

// Any two of these are different code.
func TestOtherForm(t *testing.T) {
	for _, group := range [][]string{
		{"func f() { a(b); (c)() }", "func f() { a(b)(c)() }", "func f() { a(b); c() }", "func g() { a(b); (c)() }"},
		{"func f() { f(); <-c }", "func f() { f() <- c }"},
		{"func f() { for i(); ; { } }", "func f() { for ; ; i() { } }", "func f() { for ; i(); { } }", "func f() { for i(); i(); { } }",
			"func f() { for ; i(); i() { } }", "func f() { for i(); ; i() { } }", "func f() { for i(); i(); i() { } }", "func f() { for { } }"},
		{"func f() { if a(); b { } }", "func f() { if b { } }", "func f() { if (b) == c { } }", "func f() { if b == c { } }"},
		{"func f() { switch a(); { } }", "func f() { switch a() { } }"},
		{"func f() { switch a(); b.(type) { } }", "func f() { switch b.(type) { } }"},
		{"func f() { return; a() }", "func f() { return a() }"},
		{"func f() (a int)", "func f() (int)", "func f(a int)", "func f(int)", "func f() (int, int)"},
		{"func (t T) f() { }", "func (t *T) f() { }", "func (T) f() { }", "func (t U) f() { }", "func (t T[P]) f() { }", "func f() { }"},
		{"var x = 1", "var x = 2", "var x int = 1", "var x = 01", "var x = 1.0", "var x = '1'", "var x = \"1\"", "var x = `1`", "var y = 1"},
		{"var x = []int{0xab}", "var x = []int{0xAB}"},
		{"var a, b = 1, 2", "var a, b = f(1, 2)", "var a, b = f((1), 2)"},
		{"func f() { a(b...) }", "func f() { a(b) }"},
		{"func f() { x = \"a b\" }", "func f() { x = \"a  b\" }"},
	} {
		seen := make(map[string]string)
		for _, src := range group {
			form := strings.Join(forms(t, "package p\n"+src), "|")
			if other, ok := seen[form]; ok {
				t.Errorf("%q and %q have one form %q", src, other, form)
			}
			seen[form] = src
		}
	}
}

// Real code keeps its forms when every line break is moved, before and after
// gofmt.
func TestLayoutOfRealCode(t *testing.T) {
	for _, dir := range []string{"go/printer", "encoding/json", "sync", "slices", "text/template"} {
		names, err := filepath.Glob(filepath.Join(build.Default.GOROOT, "src", dir, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("listing %s: got %d files, %v", dir, len(names), err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			other := rebroken(src)
			formatted, err := format.Source(other)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want := forms(t, string(src))
			if diff := cmp.Diff(want, forms(t, string(other))); diff != "" {
				t.Errorf("%s, other line breaks (-want +got):\n%s", name, diff)
			}
			if diff := cmp.Diff(want, forms(t, string(formatted))); diff != "" {
				t.Errorf("%s, other line breaks and gofmt (-want +got):\n%s", name, diff)
			}
		}
	}
}

// rebroken puts each token on a line of its own where that adds no semicolon,
// and writes out the automatic semicolons.
func rebroken(src []byte) []byte {
	var out bytes.Buffer
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(src)), src, nil, 0)
	for {
		_, tok, lit := s.Scan()
		switch tok {
		case token.EOF:
			return out.Bytes()
		case token.SEMICOLON:
			out.WriteString(";")
			continue
		}
		text := tok.String()
		if tok.IsLiteral() {
			text = lit
		}
		out.WriteString(text)
		switch tok {
		case token.IDENT, token.INT, token.FLOAT, token.IMAG, token.CHAR, token.STRING, token.BREAK, token.CONTINUE, token.FALLTHROUGH,
			token.RETURN, token.INC, token.DEC, token.RPAREN, token.RBRACK, token.RBRACE:
			out.WriteString(" ")
		default:
			out.WriteString("\n")
		}
	}
}

// FuzzSameForm checks that gofmt never changes a form.
func FuzzSameForm(f *testing.F) {
	f.Add("func f() { if (a) { b(1E3,) }; for ;; { c() } }")
	f.Add("var x = func() (int,) { l: ; return 0X1 }")
	f.Add("func (t *(T)) m() { switch ; (x) { case 1: ; y() } }")
	f.Fuzz(func(t *testing.T, body string) {
		src := "package p\n" + body
		formatted, err := format.Source([]byte(src))
		if err != nil {
			t.Skip()
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "", formatted, parser.SkipObjectResolution)
		if err != nil || hasOddities(file) {
			t.Skip()
		}
		if diff := cmp.Diff(forms(t, src), forms(t, string(formatted))); diff != "" {
			t.Errorf("%s\nforms before and after gofmt (-before +after):\n%s", src, diff)
		}
	})
}

// hasOddities reports whether a file has something that the parser accepts and
// the compiler does not.
func hasOddities(file *ast.File) bool {
	odd := false
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.BadDecl, *ast.BadExpr, *ast.BadStmt:
			odd = true
		}
		return true
	})
	return odd
}
