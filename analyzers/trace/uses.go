package trace

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// uses are the variables that a statement reads and writes, by their numbers.
type uses struct{ reads, writes []int }

func (u *uses) read(n int) {
	if !slices.Contains(u.reads, n) {
		u.reads = append(u.reads, n)
	}
}

func (u *uses) write(n int) {
	if !slices.Contains(u.writes, n) {
		u.writes = append(u.writes, n)
	}
}

// uses finds what parts of a statement read and write, by syntax and type. It
// leaves out the code in function literals.
func (f *function) uses(own []ast.Node) uses {
	var u uses
	for _, n := range own {
		f.usesOf(&u, n)
	}
	return u
}

func (f *function) usesOf(u *uses, n ast.Node) {
	switch s := n.(type) {
	case *ast.AssignStmt:
		for _, e := range s.Rhs {
			f.reads(u, e)
		}
		for _, e := range s.Lhs {
			f.targetUses(u, e, s.Tok != token.ASSIGN && s.Tok != token.DEFINE)
		}
	case *ast.IncDecStmt:
		f.targetUses(u, s.X, true)
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if spec, ok := spec.(*ast.ValueSpec); ok {
				for _, e := range spec.Values {
					f.reads(u, e)
				}
				for _, id := range spec.Names {
					f.targetUses(u, id, false)
				}
			}
		}
	default:
		f.reads(u, n)
	}
}

// targetUses notes what an assignment to e writes, and what it reads to find the
// place.
func (f *function) targetUses(u *uses, e ast.Expr, also bool) {
	e = ast.Unparen(e)
	if n, ok := f.target(e); ok {
		u.write(n)
		if also {
			u.read(n)
		}
	}
	switch x := e.(type) {
	case *ast.Ident:
	case *ast.SelectorExpr:
		f.reads(u, x.X)
	case *ast.IndexExpr:
		f.reads(u, x.X)
		f.reads(u, x.Index)
	case *ast.StarExpr:
		f.reads(u, x.X)
	default:
		f.reads(u, e)
	}
}

// target returns the number of the variable that is assigned to.
func (f *function) target(e ast.Expr) (int, bool) {
	e = ast.Unparen(e)
	id, ok := e.(*ast.Ident)
	if !ok {
		if sel, ok := e.(*ast.SelectorExpr); ok {
			if v, ok := f.Info.Uses[sel.Sel].(*types.Var); ok && !v.IsField() { // a variable of another package
				return f.variable(v), true
			}
		}
		return f.heap(e), true
	}
	if id.Name == "_" {
		return 0, false
	}
	v, ok := f.object(id)
	if !ok {
		return 0, false
	}
	return f.variable(v), true
}

// reads notes the variables in an expression, or in a statement that writes
// nothing.
func (f *function) reads(u *uses, n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.KeyValueExpr: // a field's name is not read
			if id, ok := x.Key.(*ast.Ident); ok {
				if v, ok := f.Info.Uses[id].(*types.Var); ok && v.IsField() {
					f.reads(u, x.Value)
					return false
				}
			}
		case *ast.SelectorExpr:
			if sel, ok := f.Info.Selections[x]; ok && sel.Kind() == types.FieldVal && simple(x.X) {
				n := f.heap(x)
				u.read(n)
				if p := f.place(x); p != nil && !p.Through { // a part alone is read
					return false
				}
			}
		case *ast.IndexExpr:
			return f.readElement(u, x)
		case *ast.StarExpr:
			if tv, ok := f.Info.Types[x]; ok && tv.IsValue() && simple(x.X) {
				u.read(f.heap(x))
			}
		case *ast.Ident:
			if v, ok := f.object(x); ok && x.Name != "_" {
				u.read(f.variable(v))
			}
		}
		return true
	})
}

// readElement notes the element of a slice, array or map that is read, and reports
// whether its parts are to be noted, too.
func (f *function) readElement(u *uses, x *ast.IndexExpr) bool {
	t := f.Info.TypeOf(x.X)
	if tv, ok := f.Info.Types[x]; !ok || !tv.IsValue() || t == nil || !simple(x.X) {
		return true
	}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Array, *types.Pointer, *types.Map:
	default:
		return true // of a string, or an instance of a generic function
	}
	n := f.heap(x)
	u.read(n)
	if p := f.place(x); p != nil && !p.Through {
		f.reads(u, x.Index)
		return false
	}
	return true
}

// simple reports whether an expression has only names and selectors.
func simple(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return simple(x.X)
	}
	return false
}
