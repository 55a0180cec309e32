package analyzers

import (
	"go/ast"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/internal/marks"
)

// Statement is a changed statement.
type Statement struct {
	Node  ast.Stmt // a clause stands for its header, a body for its function's signature
	Func  string   // as point.Point's
	Lines [][2]int // the changed lines of its own text
}

// Changed returns a file's changed statements, function by function.
// Literals in package-level variables
// and init functions are numbered as if the file were alone. Within a function
// they are listed block by block.
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
