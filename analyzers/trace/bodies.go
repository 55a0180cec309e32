package trace

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/goat-trace/goat/analyzers/point"
)

// The function that a loop ranges over calls the loop's body, so the body runs
// during that call. Marks where the body begins and where control leaves it
// separate its steps from the function's.

// enter notes that the following code is inside a statement, until the returned
// function is called.
func (f *function) enter(s ast.Stmt, body *ast.BlockStmt, overFunc bool) func() {
	f.nests = append(f.nests, nest{s, body, f.label, overFunc})
	f.label = ""
	return func() { f.nests = f.nests[:len(f.nests)-1] }
}

// rangesOverFunc reports whether a loop ranges over a function.
func (f *function) rangesOverFunc(s *ast.RangeStmt) bool {
	t := f.Info.TypeOf(s.X)
	if t == nil {
		return false
	}
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		found := false
		if u, ok := p.Constraint().Underlying().(*types.Interface); ok {
			for i := range u.NumEmbeddeds() {
				found = found || mayBeFunc(u.EmbeddedType(i))
			}
		}
		return found
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func mayBeFunc(t types.Type) bool {
	if u, ok := t.(*types.Union); ok {
		for i := range u.Len() {
			if mayBeFunc(u.Term(i).Type()) {
				return true
			}
		}
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// exited returns how many bodies of ranges over functions a statement leaves.
func (f *function) exited(s ast.Stmt) int {
	n := 0
	b, branch := s.(*ast.BranchStmt)
	if branch && b.Tok == token.FALLTHROUGH {
		return 0
	}
	for i := len(f.nests) - 1; i >= 0; i-- {
		around := f.nests[i]
		if branch && b.Tok == token.GOTO && f.holdsLabel(around.body, b.Label.Name) {
			return n
		}
		if around.overFunc {
			n++
		}
		if branch && b.Tok != token.GOTO && around.is(b) {
			return n
		}
	}
	return n
}

// is reports whether a break or continue belongs to the statement.
func (n nest) is(b *ast.BranchStmt) bool {
	if b.Label != nil {
		return n.label == b.Label.Name
	}
	if b.Tok == token.BREAK {
		return true
	}
	switch n.stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

func (f *function) holdsLabel(body *ast.BlockStmt, name string) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if l, ok := n.(*ast.LabeledStmt); ok && l.Label.Name == name {
			found = true
		}
		return !found
	})
	return found
}

// exit puts before a statement the mark that bodies are left.
func (f *function) exit(s ast.Stmt, bodies int) {
	if bodies > 0 {
		f.add(point.Before, s, Op{Kind: Exit, Number: bodies})
	}
}
