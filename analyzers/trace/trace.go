package trace

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/internal/syntax"
	"github.com/goat-trace/goat/internal/trace"
)

// Result is what makes a package recordable.
type Result struct {
	Table *trace.Table
	Edits [][]Edit // of each file
}

// Package finds the steps of a package. Where no function is wanted the table has
// none.
func Package(in Input) Result {
	r := Result{
		Table: &trace.Table{Version: trace.TableVersion, Package: in.Path, Module: in.Module},
		Edits: make([][]Edit, len(in.Files)),
	}
	var counters blocks.Counters
	for i, f := range in.Files {
		if f.Name == "" {
			continue
		}
		p := &file{Input: &in, File: f, table: r.Table, inFile: len(r.Table.Files)}
		p.functions(blocks.Functions(f.Syntax, everything{}, &counters))
		if len(p.edits) > 0 {
			r.Table.Files = append(r.Table.Files, f.Name)
		}
		r.Edits[i] = p.edits
	}
	return r
}

// functions goes through a file's functions, each before the literals in it.
func (p *file) functions(funcs []*blocks.Func) {
	var around *ast.FuncDecl
	for _, f := range funcs {
		d, declared := f.Node.(*ast.FuncDecl)
		if declared {
			around = d
		} else if around != nil && f.Node.Pos() >= around.End() {
			around = nil
		}
		if lit, ok := f.Node.(*ast.FuncLit); ok && isTools(lit) {
			continue
		}
		if p.Wanted(around, f.Node.Pos()) {
			p.function(f)
		}
	}
}

// everything is a blocks.Marker for which everything counts and nothing has
// changed.
type everything struct{}

func (everything) Touches(token.Pos, token.Pos) bool        { return true }
func (everything) Changed([]syntax.Extent) ([][2]int, bool) { return nil, false }
func (everything) IgnoresText([]syntax.Extent) bool         { return false }
func (everything) IgnoresDecl(*ast.CommentGroup) bool       { return false }
func (everything) IgnoresStmt(token.Pos, token.Pos) bool    { return false }
func (everything) IgnoresBlock(_, _, _ token.Pos) token.Pos { return token.NoPos }
func (everything) Ignored(token.Pos, token.Pos)             {}
