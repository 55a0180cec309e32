package trace

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A function's body is recorded in one of two ways.
//
// Copied: the body stands twice. The first one has what records the steps, and runs
// if the call is recorded. The second one is the user's. So a call that is not
// recorded costs one comparison.
//
// Checked: the body stands once, and each statement checks whether the call is
// recorded. That is for bodies of which a copy would mean something else, or would
// cost more.

// maxCopied is the largest body that is copied, in nodes of syntax: into a function
// of more than 5,000 nodes of its own the compiler inlines little, and a copy takes
// two to three times as many as the body.
const maxCopied = 1200

// maxReturns is how many returns a function may have for the compiler to run the
// deferred end of a call without a list of deferred calls: 15 in the two bodies.
const maxReturns = 7

// copyable reports whether the body may stand twice.
//
//   - A function literal would be there twice: the second one would have another
//     name in stacks. The same holds for bodies of ranges over functions.
//   - A local type would be two types.
//   - Deferred calls would be twice as many, and the compiler keeps a list of them
//     if there are many.
//   - In the copy, which is a block in the body, := would declare the parameters and
//     results anew that it assigns to in the body itself.
//   - A label that a goto names has more than one name already, see rewrite.
func (f *function) copyable() bool {
	ok, nodes, returns := true, 0, 0
	name := f.Fset.PositionFor(f.body.Lbrace, true).Filename
	ast.Inspect(f.body, func(n ast.Node) bool {
		if n == nil || !ok {
			return false
		}
		nodes++
		switch n := n.(type) {
		case *ast.FuncLit, *ast.DeferStmt:
			ok = false
		case *ast.RangeStmt:
			ok = !f.rangesOverFunc(n)
		case *ast.GenDecl:
			ok = n.Tok != token.TYPE
		case *ast.BranchStmt:
			ok = n.Tok != token.GOTO
		case *ast.ReturnStmt:
			returns++
			ok = !f.shadowed(n.Pos())
		}
		if s, isStmt := n.(ast.Stmt); isStmt && ok {
			ok = f.Fset.PositionFor(s.Pos(), true).Filename == name
		}
		return ok
	})
	return ok && nodes <= maxCopied && returns <= maxReturns && !f.reassigns()
}

// reassigns reports whether a := among the statements of the body itself assigns to
// a parameter or result.
func (f *function) reassigns() bool {
	for _, s := range f.body.List {
		for {
			l, ok := s.(*ast.LabeledStmt)
			if !ok {
				break
			}
			s = l.Stmt
		}
		a, ok := s.(*ast.AssignStmt)
		if !ok || a.Tok != token.DEFINE {
			continue
		}
		for _, e := range a.Lhs {
			id, ok := e.(*ast.Ident)
			if !ok {
				continue
			}
			if v, ok := f.Info.Uses[id].(*types.Var); ok && v.Pos() < f.body.Pos() {
				return true
			}
		}
	}
	return false
}

// labels gives the labels in the first body names of their own.
func (f *function) labels() {
	ast.Inspect(f.body, func(n ast.Node) bool {
		var label *ast.Ident
		switch n := n.(type) {
		case *ast.LabeledStmt:
			label = n.Label
		case *ast.BranchStmt:
			label = n.Label
		}
		if label != nil {
			f.at(label.Pos(), len(label.Name), Op{Kind: Label, Expr: label.Name})
		}
		return true
	})
}

// shadowed reports whether the name of a result means another variable at a return.
func (f *function) shadowed(pos token.Pos) bool {
	scope := f.Pkg.Scope().Innermost(pos)
	for _, v := range f.named {
		if v == nil {
			continue
		}
		if scope == nil {
			return true
		}
		if _, obj := scope.LookupParent(v.Name(), pos); obj != types.Object(v) {
			return true
		}
	}
	return false
}
