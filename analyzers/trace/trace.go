package trace

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/internal/syntax"
	"github.com/goat-trace/goat/internal/trace"
)

// Result is what a package needs to be recorded.
type Result struct {
	Table *trace.Table
	Edits [][]Edit // by file
}

// Package finds the steps of a package. If no function is wanted, the table is
// empty.
func Package(in Input) Result {
	r := Result{
		Table: &trace.Table{Version: trace.TableVersion, Package: in.Path, Module: in.Module},
		Edits: make([][]Edit, len(in.Files)),
	}
	var counters blocks.Counters
	var files []*ast.File
	for _, f := range in.Files {
		files = append(files, f.Syntax)
	}
	costs := newCosts(files)
	for i, f := range in.Files {
		if f.Name == "" {
			continue
		}
		p := &file{Input: &in, File: f, table: r.Table, inFile: len(r.Table.Files), costs: costs, spawned: make(map[*ast.FuncLit]bool)}
		p.functions(blocks.Functions(f.Syntax, everything{}, &counters))
		if len(p.edits) > 0 {
			r.Table.Files = append(r.Table.Files, f.Name)
		}
		r.Edits[i] = p.edits
	}
	return r
}

// functions handles a file's functions, each before the literals in it.
func (p *file) functions(funcs []*blocks.Func) {
	each(funcs, func(f *blocks.Func, around *ast.FuncDecl) {
		if p.Wanted(around, f.Node.Pos()) && (!p.KeepInlining || !p.costs.inlines(f)) {
			p.function(f)
		}
	})
}

// each calls do with each function and the declared function that it is in, which
// is nil for the literals that initialise package-level variables. It leaves out
// cgo's literals.
func each(funcs []*blocks.Func, do func(f *blocks.Func, around *ast.FuncDecl)) {
	var around *ast.FuncDecl
	for _, f := range funcs {
		switch n := f.Node.(type) {
		case *ast.FuncDecl:
			around = n
		case *ast.FuncLit:
			if around != nil && n.Pos() >= around.End() {
				around = nil
			}
			if isTools(n) {
				continue
			}
		}
		do(f, around)
	}
}

// Named is a function that can be recorded.
type Named struct {
	Name string // as the runtime names it, without the package
	Pos  token.Pos
	// Inlined says that it is so small that the compiler inlines it. Then it is
	// recorded only if Input.KeepInlining is not set.
	Inlined bool
}

// Names returns the wanted functions of files, in the compiler's order; see
// Input.Wanted. It needs no types.
func Names(files []*ast.File, wanted func(file int, d *ast.FuncDecl, pos token.Pos) bool) [][]Named {
	found := make([][]Named, len(files))
	var counters blocks.Counters
	costs := newCosts(files)
	for i, file := range files {
		each(blocks.Functions(file, everything{}, &counters), func(f *blocks.Func, around *ast.FuncDecl) {
			if wanted(i, around, f.Node.Pos()) {
				found[i] = append(found[i], Named{f.Name, f.Node.Pos(), costs.inlines(f)})
			}
		})
	}
	return found
}

// Extent returns where a declared function begins and ends. Without one it returns
// the extent of the package-level declaration around pos.
func Extent(file *ast.File, d *ast.FuncDecl, pos token.Pos) (from, to token.Pos) {
	if d != nil {
		return d.Pos(), d.End()
	}
	for _, decl := range file.Decls {
		if decl.Pos() <= pos && pos < decl.End() {
			return decl.Pos(), decl.End()
		}
	}
	return pos, pos
}

// everything is a blocks.Marker for which all code counts and none has changed.
type everything struct{}

func (everything) Touches(token.Pos, token.Pos) bool        { return true }
func (everything) Changed([]syntax.Extent) ([][2]int, bool) { return nil, false }
func (everything) IgnoresText([]syntax.Extent) bool         { return false }
func (everything) IgnoresDecl(*ast.CommentGroup) bool       { return false }
func (everything) IgnoresStmt(token.Pos, token.Pos) bool    { return false }
func (everything) IgnoresBlock(_, _, _ token.Pos) token.Pos { return token.NoPos }
func (everything) Ignored(token.Pos, token.Pos)             {}
