package syntax_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/syntax"
)

// forNodes calls visit for each node of a function body.
func forNodes(t *testing.T, body string, visit func(ast.Node)) (fset *token.FileSet, src string) {
	t.Helper()
	src = "package p\nfunc f() {\n" + body + "\n}\n"
	fset = token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		visit(n)
		return true
	})
	return fset, src
}

func TestAppendOperands(t *testing.T) {
	for header, want := range map[string]string{
		"<-c":                  "c",
		"x := <-c()":           "c()",
		"a[i()], ok = <-m[k]":  "m[k]",
		"(<-(c))":              "(c)",
		"a() <- b(1)":          "a()…b(1)",
		"a <- <-c":             "a…<-c",
		"a <- b(func() {}, 1)": "a…b(…, 1)",
	} {
		var own [][]syntax.Extent
		fset, src := forNodes(t, "select { case "+header+": d(); default: }", func(n ast.Node) {
			if c, ok := n.(*ast.CommClause); ok && c.Comm != nil {
				own = append(own, syntax.AppendOperands(nil, c))
			}
		})
		if diff := cmp.Diff(want, extentTexts(fset, src, own)); diff != "" {
			t.Errorf("operands of %s (-want +got):\n%s", header, diff)
		}
	}
}

func TestDivideLoop(t *testing.T) {
	for loop, want := range map[string]string{
		"for i := 0; i < n; i++ {}":                    "for i := 0; i < n;  | i++ {",
		"for ; ; a(func() {}, 1) {}":                   "for ; ;  | a(…, 1) {",
		"for i := f(func() {}); i < n; i += g(2) {}":   "for i := f(…); i < n;  | i += g(2) {",
		"for a[f()], *b = range x() {}":                "for …= range x() { | a[f()], *b ",
		"for a[g(func() {})] = range x(func() {}) { }": "for …= range x(…) { | a[g(…)] ",
		"for k, v := range x {}":                       "",
		"for range x {}":                               "",
		"for i < n {}":                                 "",
		"for {}":                                       "",
	} {
		var own [][]syntax.Extent
		fset, src := forNodes(t, loop, func(n ast.Node) {
			if s, ok := n.(ast.Stmt); ok {
				if reached, later := syntax.DivideLoop(s); later != nil {
					own = append(own, reached, later)
				}
			}
		})
		if diff := cmp.Diff(want, extentTexts(fset, src, own)); diff != "" {
			t.Errorf("parts of %s (-want +got):\n%s", loop, diff)
		}
	}
}
