package syntax_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/syntax"
)

// TestTerminates asks go/types, which misses a return where a function's body
// does not terminate.
func TestTerminates(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", ";", "return 1", "return 1;;", "panic(1)", "(panic)(1)", "(panic(1))", "n++", "{ return 1 }", "{ }",
		"if n > 0 { return 1 }", "if n > 0 { return 1 } else { panic(1) }", "if n > 0 { return 1 } else if n < 0 { return 2 }",
		"if n > 0 { return 1 } else if n < 0 { return 2 } else { return 3 }",
		"for { }", "for true { }", "for { break }", "for { for { break } }", "for range 3 { return 1 }",
		"L: for { for { break L } }", "L: for { for { continue L } }", "L: for { switch { case n > 0: break L }; }",
		"for { func() { for { break } }() }", "for { select { default: break } }",
		"switch { }", "switch { default: return 1 }", "switch n { case 1: return 1 }", "switch n { case 1: return 1; default: panic(1) }",
		"switch n { case 1: fallthrough; default: return 2 }", "switch n { default: if n > 1 { break }; return 1 }",
		"switch n { default: for { break }; return 1 }", "L: switch n { default: for { break L }; return 1 }",
		"switch any(n).(type) { case int: return 1; default: return 2 }", "switch any(n).(type) { case int: return 1 }",
		"select { }", "select { case <-c: return 1 }", "select { case <-c: return 1; default: break }", "select { case <-c: }",
		"L: goto L", "L: n++; goto L", "L: { if n > 0 { goto L }; return 1 }", "L: return 1; goto L",
	} {
		src := "package p\n\nfunc f(n int, c chan int) int {\n" + body + "\n}\n"
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p.go", src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		want := true
		check := types.Config{Error: func(err error) { want = want && !strings.Contains(err.Error(), "missing return") }}
		_, _ = check.Check("p", fset, []*ast.File{file}, nil) // what else is wrong does not matter
		if got := syntax.Terminates(file.Decls[0].(*ast.FuncDecl).Body.List); got != want {
			t.Errorf("%s: got %v, want %v", body, got, want)
		}
	}
}
