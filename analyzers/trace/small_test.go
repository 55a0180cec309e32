package trace

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInlined asks which functions of a package are tiny. What it says
// with -gcflags=-m=2 is in the comments.
func TestInlined(t *testing.T) {
	const src = `package p

type list struct{ items []int }

func (l *list) add(n int) { l.items = append(l.items, n) } // can inline, cost 9

func (l *list) twice(n int) { l.add(n); l.add(n) } // can inline, cost 30

func (l *list) often(n int) { // cannot inline: cost 150
	l.twice(n); l.twice(n); l.twice(n); l.twice(n); l.twice(n)
}

func fact(n int) int { // cannot inline: recursive
	if n < 2 {
		return 1
	}
	return n * fact(n-1)
}

func later(f func()) { defer f() } // cannot inline: unhandled op DEFER

//go:noinline
func apart() int { return 1 }

func main() {}

func init() {}

func one(f func() int) int { return f() } // can inline, cost 60, but it is not tiny

func two(f func() int) int { return f() + f() } // cannot inline: cost 119
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range Names([]*ast.File{file}, func(int, *ast.FuncDecl, token.Pos) bool { return true })[0] {
		if f.Inlined {
			got = append(got, f.Name)
		}
	}
	if diff := cmp.Diff([]string{"(*list).add", "(*list).twice"}, got); diff != "" {
		t.Errorf("inlined functions (-want +got):\n%s", diff)
	}
}
