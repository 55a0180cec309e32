package analyzers

import (
	"go/ast"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/internal/marks"
)

// Statement is a changed statement.
type Statement struct {
	Node  ast.Stmt // a clause means its header, a function body its signature
	Func  string   // see point.Point.Func
	Lines [][2]int // the changed lines of its own text
}

// Changed returns a file's changed statements, function by function and, within
// a function, block by block. It numbers init functions and literals in
// package-level variables as if the file were the package's only one.
func Changed(in FileInput) []Statement {
	m := marks.New(marks.Input{Fset: in.Fset, File: in.File, Src: in.Src, Lines: in.Lines, All: in.All})
	if !m.Wanted() {
		return nil
	}
	var all []Statement
	for _, f := range blocks.Functions(in.File, m, new(blocks.Counters)) {
		for _, b := range f.Blocks {
			if b.Head != nil && b.Head.Changed {
				all = append(all, Statement{b.Head.Node, f.Name, b.Head.Lines})
			}
			for i := range b.Stmts {
				if s := &b.Stmts[i]; s.Changed {
					all = append(all, Statement{s.Node, f.Name, s.Lines})
				}
			}
		}
	}
	return all
}
