package excuse

import (
	"go/ast"
	"go/token"
	"strings"
)

// errorPaths returns the lines of branches that are error paths. line gives the
// line of a position.
func errorPaths(syntax *ast.File, line func(token.Pos) int) (paths [][2]int) {
	add := func(header int, n ast.Node) {
		paths = append(paths, [2]int{header, line(max(n.Pos(), n.End()-1))})
	}
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			// The branch's point is on the line of its header.
			then, other := errorBranches(n.Cond)
			if then || fails(n.Body.List) {
				add(line(n.Body.Lbrace), n.Body)
			}
			if n.Else != nil && (other || elseFails(n.Else)) {
				add(line(n.Else.Pos()), n.Else)
			}
		case *ast.CaseClause:
			if len(n.List) > 0 && allErrors(n.List) || fails(n.Body) {
				add(line(n.Pos()), n)
			}
		case *ast.CommClause:
			if fails(n.Body) {
				add(line(n.Pos()), n)
			}
		}
		return true
	})
	return paths
}

// errorBranches says which branches of an if are taken because of an error.
func errorBranches(cond ast.Expr) (then, other bool) {
	switch e := ast.Unparen(cond).(type) {
	case *ast.BinaryExpr:
		switch {
		case e.Op == token.NEQ && (isNil(e.Y) && isError(e.X) || isNil(e.X) && isError(e.Y)):
			return true, false
		case e.Op == token.EQL && (isNil(e.Y) && isError(e.X) || isNil(e.X) && isError(e.Y)):
			return false, true
		case e.Op == token.LAND || e.Op == token.LOR:
			x, _ := errorBranches(e.X)
			y, _ := errorBranches(e.Y)
			if e.Op == token.LAND {
				return x || y, false
			}
			return x && y, false
		}
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			then, other = errorBranches(e.X)
			return other, then
		}
	case *ast.CallExpr:
		return isCall(e, "errors", "Is", "As", "AsType"), false
	}
	return false, false
}

func allErrors(list []ast.Expr) bool {
	for _, e := range list {
		if then, _ := errorBranches(e); !then {
			return false
		}
	}
	return true
}

func elseFails(n ast.Stmt) bool {
	block, ok := n.(*ast.BlockStmt)
	return ok && fails(block.List)
}

// fails reports whether the last statement returns an error that is not nil, panics
// or ends the program.
func fails(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch s := list[len(list)-1].(type) {
	case *ast.ReturnStmt:
		return len(s.Results) > 0 && makesError(s.Results[len(s.Results)-1])
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "panic" {
			return true
		}
		return isCall(call, "log", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln") || isCall(call, "os", "Exit")
	}
	return false
}

// makesError reports whether an expression is an error that is not nil.
func makesError(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.SelectorExpr:
		return isError(e)
	case *ast.CallExpr:
		return isCall(e, "errors", "New", "Join") || isCall(e, "fmt", "Errorf")
	case *ast.UnaryExpr:
		return e.Op == token.AND && makesError(e.X)
	case *ast.CompositeLit:
		return strings.HasSuffix(lastName(e.Type), "Error")
	}
	return false
}

func isNil(e ast.Expr) bool {
	name, ok := ast.Unparen(e).(*ast.Ident)
	return ok && name.Name == "nil"
}

// isError decides by the name, or by the method ctx.Err().
func isError(e ast.Expr) bool {
	e = ast.Unparen(e)
	if call, ok := e.(*ast.CallExpr); ok {
		return len(call.Args) == 0 && lastName(call.Fun) == "Err"
	}
	name := lastName(e)
	return name == "err" || strings.HasSuffix(name, "Err") || strings.HasPrefix(name, "err") && isUpper(name[3:]) || strings.HasPrefix(name, "Err") && isUpper(name[3:])
}

func isUpper(rest string) bool {
	return rest != "" && (rest[0] >= 'A' && rest[0] <= 'Z' || rest[0] >= '0' && rest[0] <= '9')
}

func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func isCall(call *ast.CallExpr, pkg string, names ...string) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if x, ok := sel.X.(*ast.Ident); !ok || x.Name != pkg {
		return false
	}
	for _, name := range names {
		if sel.Sel.Name == name {
			return true
		}
	}
	return false
}
