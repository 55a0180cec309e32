package syntax

import (
	"go/ast"
	"strings"
)

// Elided replaces what Text leaves out. It is not valid Go.
const Elided = "…"

// Text writes an expression of names, selectors, indexes and constants on one line, as
// Go source. Of other parts, such as calls, it writes Elided.
func Text(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.BasicLit:
		if strings.ContainsAny(x.Value, "\n\r") {
			return Elided
		}
		return x.Value
	case *ast.ParenExpr:
		return "(" + Text(x.X) + ")"
	case *ast.SelectorExpr:
		return Text(x.X) + "." + x.Sel.Name
	case *ast.IndexExpr:
		return Text(x.X) + "[" + Text(x.Index) + "]"
	case *ast.StarExpr:
		return "*" + Text(x.X)
	case *ast.UnaryExpr:
		return x.Op.String() + Text(x.X)
	case *ast.BinaryExpr:
		return Text(x.X) + " " + x.Op.String() + " " + Text(x.Y)
	case *ast.CallExpr:
		return Text(x.Fun) + "(" + Elided + ")"
	}
	return Elided
}
