package trace

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/goat-trace/goat/analyzers/point"
)

// spawn passes the step of a go statement to the goroutine that it starts. A literal
// finds it in a variable around the statement. For other functions it is in a function
// that takes the same arguments, and is made before they are evaluated.
func (f *function) spawn(s *ast.GoStmt) {
	if lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok {
		if !isTools(lit) {
			f.spawned[lit] = true
			f.add(point.Before, s, Op{Kind: SpawnOpen})
			f.after(s, Op{Kind: SpawnClose})
		}
		return
	}
	if shape, ok := f.spawnable(s.Call); ok {
		f.at(s.Call.Fun.Pos(), 0, Op{Kind: GoOpen, Shape: shape})
		f.at(s.Call.Fun.End(), 0, Op{Kind: GoClose})
	}
}

// Shape is what the type of a function looks like.
type Shape struct {
	Params, Results int
	Variadic        bool
}

// spawnable reports whether the function of a go statement can be exchanged for one
// with the same effect. It is a declared one of this module; of a method, the receiver is
// found without a call, and no argument changes what it is.
func (f *function) spawnable(call *ast.CallExpr) (Shape, bool) {
	var fn *types.Func
	switch e := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		fn, _ = f.Info.Uses[e].(*types.Func)
	case *ast.SelectorExpr:
		fn, _ = f.Info.Uses[e.Sel].(*types.Func)
		if _, ok := f.Info.Selections[e]; ok && (!simple(e.X) || !f.quiet(call.Args)) {
			return Shape{}, false
		}
	}
	if fn == nil || fn.Pkg() == nil || fn.Pkg() != f.Pkg && (f.Module == "" || fn.Pkg().Path() != f.Module && !strings.HasPrefix(fn.Pkg().Path(), f.Module+"/")) {
		return Shape{}, false
	}
	sig := fn.Signature()
	if sig.TypeParams().Len() > 0 || strings.HasPrefix(fn.Name(), "_Cfunc") || strings.HasPrefix(fn.Name(), "_cgo") {
		return Shape{}, false
	}
	return Shape{sig.Params().Len(), sig.Results().Len(), sig.Variadic()}, true
}

// quiet reports whether expressions call nothing and receive nothing.
func (f *function) quiet(list []ast.Expr) bool {
	quiet := true
	for _, e := range list {
		ast.Inspect(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr, *ast.UnaryExpr:
				if u, ok := n.(*ast.UnaryExpr); !ok || u.Op.String() == "<-" {
					quiet = false
				}
			}
			return quiet
		})
	}
	return quiet
}
