package trace

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Statements that run one after the other have one event: the first of them stands
// for all. That is so as long as nothing can happen between them that the trace would
// tell otherwise: no statement but the last may call a function, panic, wait, or go
// elsewhere, and nothing may jump between them.

// endRun ends the run: the next step has an event of its own. The values of steps
// before the last one say how far back their step is.
func (f *function) endRun() {
	if f.run.edit < 0 {
		return
	}
	count := f.edits[f.run.edit].Op.Count
	for _, v := range f.run.values {
		f.edits[v.edit].Op.Back = count - 1 - v.step
	}
	f.run = run{edit: -1}
}

// addStep adds a step at an anchor, or adds it to the run. straight says that the
// next statement may be added.
func (f *function) addStep(a point.Anchor, n ast.Node, location int, straight bool) {
	if f.holdsHit(n) {
		f.endRun() // the point's step is the one that comes next
	}
	if f.run.edit >= 0 {
		op := &f.edits[f.run.edit].Op
		if op.Number+op.Count == location && op.Count < wire.MaxSteps {
			op.Count++
			if !straight {
				f.endRun()
			}
			return
		}
		f.endRun()
	}
	op := Op{Kind: Step, Number: location, Count: 1, Outcome: f.outcome}
	f.outcome = 0
	f.add(a, n, op)
	if straight {
		f.run.edit = len(f.edits) - 1
	}
}

// addValues adds what records values of the last step.
func (f *function) addValues(a point.Anchor, n ast.Node, ops []Op) {
	for _, op := range ops {
		f.add(a, n, op)
		f.ofRun()
	}
}

// ofRun notes that the last edit is a value of the run's last step.
func (f *function) ofRun() {
	if f.run.edit >= 0 {
		f.run.values = append(f.run.values, pending{len(f.edits) - 1, f.edits[f.run.edit].Op.Count - 1})
	}
}

// begins reports whether a list begins with a statement that has a step, which can
// say the outcome of the condition that leads to it.
func begins(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch s := list[0].(type) {
	case *ast.AssignStmt:
		return !isCounter(s.Lhs[0])
	case *ast.IncDecStmt:
		return !isCounter(s.X)
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return !ok || !isCounter(call.Fun)
	case *ast.ReturnStmt, *ast.BranchStmt, *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt:
		return true
	}
	return false
}

// straight reports whether a simple statement always goes on to the next one, and
// calls nothing.
func (f *function) straight(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.QUO_ASSIGN || s.Tok == token.REM_ASSIGN || s.Tok == token.SHL_ASSIGN || s.Tok == token.SHR_ASSIGN {
			return false
		}
		for i := range s.Lhs {
			if f.keeps(s, i) { // the value is recorded in the statement
				return false
			}
		}
		return f.harmless(s.Lhs...) && f.harmless(s.Rhs...)
	case *ast.IncDecStmt:
		return f.harmless(s.X)
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && !f.harmless(v.Values...) {
				return false
			}
		}
		return true
	}
	return false
}

// harmless reports whether expressions cannot panic and call nothing.
func (f *function) harmless(list ...ast.Expr) bool {
	return !slices.ContainsFunc(list, func(e ast.Expr) bool { return !f.isHarmless(e) })
}

func (f *function) isHarmless(e ast.Expr) bool {
	if tv, ok := f.Info.Types[e]; ok && (tv.Value != nil || tv.IsType() || tv.IsNil()) {
		return true
	}
	switch x := e.(type) {
	case *ast.Ident, *ast.BasicLit, *ast.FuncLit:
		return true
	case *ast.ParenExpr:
		return f.isHarmless(x.X)
	case *ast.SelectorExpr:
		if v, ok := f.Info.Uses[x.Sel].(*types.Var); ok && !v.IsField() {
			return true // a variable of another package
		}
		sel, ok := f.Info.Selections[x]
		return ok && sel.Kind() == types.FieldVal && !sel.Indirect() && f.isHarmless(x.X)
	case *ast.UnaryExpr:
		return x.Op != token.ARROW && f.isHarmless(x.X)
	case *ast.BinaryExpr:
		return f.harmlessOperator(x) && f.harmless(x.X, x.Y)
	case *ast.CallExpr:
		return f.harmlessCall(x)
	}
	return false
}

func (f *function) harmlessOperator(x *ast.BinaryExpr) bool {
	switch x.Op {
	case token.ADD, token.SUB, token.MUL, token.AND, token.OR, token.XOR, token.AND_NOT, token.LAND, token.LOR, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	case token.QUO:
		b, ok := f.basic(x.X)
		return ok && b.Info()&types.IsFloat != 0
	case token.EQL, token.NEQ: // interfaces may hold what cannot be compared
		_, left := f.basic(x.X)
		_, right := f.basic(x.Y)
		return left && right
	case token.SHL, token.SHR:
		b, ok := f.basic(x.Y)
		tv := f.Info.Types[x.Y]
		return tv.Value != nil || ok && b.Info()&types.IsUnsigned != 0
	}
	return false
}

// harmlessCall is for len and cap, and for conversions between numbers.
func (f *function) harmlessCall(x *ast.CallExpr) bool {
	tv, ok := f.Info.Types[x.Fun]
	if !ok || len(x.Args) != 1 {
		return false
	}
	if tv.IsBuiltin() {
		id, ok := ast.Unparen(x.Fun).(*ast.Ident)
		return ok && (id.Name == "len" || id.Name == "cap") && f.isHarmless(x.Args[0])
	}
	if !tv.IsType() {
		return false
	}
	to, toBasic := f.basic(x.Fun)
	from, fromBasic := f.basic(x.Args[0])
	return toBasic && fromBasic && to.Info()&types.IsNumeric != 0 && from.Info()&types.IsNumeric != 0 && f.isHarmless(x.Args[0])
}

// basic returns the basic type that an expression's type is based on.
func (f *function) basic(e ast.Expr) (*types.Basic, bool) {
	t := f.Info.TypeOf(e)
	if t == nil {
		return nil, false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return nil, false
	}
	b, ok := t.Underlying().(*types.Basic)
	return b, ok
}

// isCounter recognises the statements that cover inserts: they count in a goCover_…
// array, or call _cover_atomic_.
func isCounter(e ast.Expr) bool {
	for {
		switch x := e.(type) {
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.Ident:
			return strings.HasPrefix(x.Name, "goCover_") || strings.HasPrefix(x.Name, "_cover_atomic_")
		default:
			return false
		}
	}
}
