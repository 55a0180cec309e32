package trace

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"github.com/goat-trace/goat/internal/syntax"
)

// written returns what records the variables that a simple statement has written,
// to be inserted after it. The statement may be nil.
func (f *function) written(s ast.Stmt) []Op {
	switch s := s.(type) {
	case *ast.AssignStmt:
		var plain []ast.Expr
		for i, e := range s.Lhs {
			if !f.keeps(s, i) {
				plain = append(plain, e)
			}
		}
		return f.targets(plain)
	case *ast.IncDecStmt:
		return f.targets([]ast.Expr{s.X})
	case *ast.DeclStmt:
		var ops []Op
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if spec, ok := spec.(*ast.ValueSpec); ok {
				for _, id := range spec.Names {
					ops = append(ops, f.targets([]ast.Expr{id})...)
				}
			}
		}
		return ops
	}
	return nil
}

// targets returns what records the variables that have just been assigned to.
func (f *function) targets(list []ast.Expr) []Op {
	var ops []Op
	for _, e := range list {
		e = ast.Unparen(e)
		n, ok := f.target(e)
		if !ok {
			continue
		}
		if _, ok := e.(*ast.Ident); ok || f.again(e, list) {
			if text := syntax.Text(e); !strings.Contains(text, syntax.Elided) {
				ops = append(ops, f.value(n, text, f.Info.TypeOf(e))...)
			}
		}
	}
	return ops
}

// again reports whether an expression may be evaluated once more after an
// assignment to it: it then finds the same place and cannot panic. That is so if it
// goes one step from local variables that nothing else can reach, and the statement
// assigns to none of these.
func (f *function) again(e ast.Expr, targets []ast.Expr) bool {
	var base, index ast.Expr
	switch x := e.(type) {
	case *ast.SelectorExpr:
		if v, ok := f.Info.Uses[x.Sel].(*types.Var); ok && !v.IsField() {
			return true // a variable of another package
		}
		if sel, ok := f.Info.Selections[x]; !ok || len(sel.Index()) != 1 {
			return false // through embedded fields, which may be pointers
		}
		base = x.X
	case *ast.IndexExpr:
		base, index = x.X, x.Index
		if t := f.Info.TypeOf(index); t != nil && mayBeNaN(t) {
			return false
		}
		if id, ok := ast.Unparen(index).(*ast.Ident); !f.constant(index) && (!ok || !f.alone(id, targets)) {
			return false
		}
	case *ast.StarExpr:
		base = x.X
	default:
		return false
	}
	id, ok := ast.Unparen(base).(*ast.Ident)
	return ok && f.alone(id, targets)
}

func (f *function) constant(e ast.Expr) bool {
	tv, ok := f.Info.Types[e]
	return ok && tv.Value != nil && tv.Value.Kind() != constant.Unknown
}

// mayBeNaN reports whether a key of this type may differ from itself.
func mayBeNaN(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return !ok || b.Info()&(types.IsFloat|types.IsComplex) != 0
}

// alone reports whether an identifier is a local variable of the function that no
// code takes the address of, that no literal captures, and that the statement does
// not assign to.
func (f *function) alone(id *ast.Ident, targets []ast.Expr) bool {
	v, ok := f.object(id)
	if !ok || f.kind(v) == "global" || f.kind(v) == "captured" || f.shared()[v] {
		return false
	}
	for _, t := range targets {
		if id, ok := ast.Unparen(t).(*ast.Ident); ok {
			if w, ok := f.object(id); ok && w == v {
				return false
			}
		}
	}
	return true
}

// shared returns the variables of a function that a literal captures, or whose
// address is taken, which method calls and slices of arrays also do.
func (f *function) shared() map[*types.Var]bool {
	if f.sharedVars != nil {
		return f.sharedVars
	}
	found := make(map[*types.Var]bool)
	note := func(e ast.Expr) {
		for {
			switch x := ast.Unparen(e).(type) {
			case *ast.SelectorExpr:
				e = x.X
				continue
			case *ast.IndexExpr:
				e = x.X
				continue
			case *ast.Ident:
				if v, ok := f.object(x); ok {
					found[v] = true
				}
			}
			return
		}
	}
	var depth int
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncLit:
			depth++
			ast.Inspect(x.Body, visit)
			depth--
			return false
		case *ast.UnaryExpr:
			if x.Op == token.AND {
				note(x.X)
			}
		case *ast.SliceExpr:
			if t := f.Info.TypeOf(x.X); t != nil {
				if _, ok := t.Underlying().(*types.Array); ok {
					note(x.X)
				}
			}
		case *ast.SelectorExpr:
			if sel, ok := f.Info.Selections[x]; ok && sel.Kind() == types.MethodVal {
				if recv := sel.Obj().(*types.Func).Signature().Recv(); recv != nil && !types.IsInterface(recv.Type()) {
					if _, pointer := recv.Type().(*types.Pointer); pointer {
						note(x.X)
					}
				}
			}
		case *ast.Ident:
			if depth > 0 {
				note(x)
			}
		}
		return true
	}
	ast.Inspect(f.body, visit)
	f.sharedVars = found
	return found
}

// keep passes the assigned value through the recorder, for an assignment whose left
// side cannot be evaluated again.
func (f *function) keep(s *ast.AssignStmt) {
	for i, e := range s.Lhs {
		if !f.keeps(s, i) {
			continue
		}
		n, _ := f.target(e)
		value := s.Rhs[i]
		f.at(value.Pos(), 0, Op{Kind: KeepOpen, Number: n, Typed: typed(f.Info.TypeOf(value))})
		f.at(value.End(), 0, Op{Kind: KeepClose})
	}
}

// keeps reports whether a value of an assignment passes through the recorder.
func (f *function) keeps(s *ast.AssignStmt, i int) bool {
	if s.Tok != token.ASSIGN || len(s.Lhs) != len(s.Rhs) {
		return false
	}
	e := ast.Unparen(s.Lhs[i])
	if _, ok := e.(*ast.Ident); ok || f.again(e, s.Lhs) {
		return false
	}
	n, ok := f.target(e)
	if !ok || len(f.value(n, "x", f.Info.TypeOf(e))) == 0 {
		return false
	}
	return f.ownType(s.Rhs[i], f.Info.TypeOf(e))
}

// ownType reports whether an expression has a type by itself, so that a call that
// passes it on has the same type. An untyped expression takes its type from where
// it is assigned to.
func (f *function) ownType(e ast.Expr, target types.Type) bool {
	tv, ok := f.Info.Types[e]
	if !ok || tv.Type == nil || tv.IsType() || tv.IsNil() || tv.Value != nil {
		return false
	}
	if b, ok := tv.Type.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return false
	}
	if f.tooLarge(tv.Type) != "" || f.hides(tv.Type) {
		return false
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		_, instance := f.Info.Instances[x]
		_, function := f.Info.Uses[x].(*types.Func)
		return !instance && !function
	case *ast.CallExpr, *ast.CompositeLit, *ast.TypeAssertExpr, *ast.StarExpr, *ast.SliceExpr, *ast.FuncLit:
		return !f.builtin(x)
	case *ast.SelectorExpr:
		_, function := f.Info.Uses[x.Sel].(*types.Func)
		return !function
	case *ast.IndexExpr:
		t := f.Info.TypeOf(x.X)
		_, generic := t.(*types.Signature)
		return t != nil && !generic
	case *ast.UnaryExpr:
		return x.Op == token.AND || x.Op == token.ARROW
	case *ast.BinaryExpr:
		switch x.Op {
		case token.ADD, token.SUB, token.MUL, token.QUO, token.REM, token.AND, token.OR, token.XOR, token.AND_NOT:
			return f.ownType(x.X, target) || f.ownType(x.Y, target)
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ, token.LAND, token.LOR:
			return target == types.Typ[types.Bool] && tv.Type == target
		}
	}
	return false
}

// builtin reports whether an expression calls a built-in function whose result may
// be untyped.
func (f *function) builtin(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	tv, ok := f.Info.Types[call.Fun]
	if !ok || !tv.IsBuiltin() {
		return false
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return !ok || id.Name != "append" && id.Name != "make" && id.Name != "new" && id.Name != "len" && id.Name != "cap"
}
