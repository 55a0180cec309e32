package syntax

import (
	"go/ast"
	"go/token"
	"slices"
)

// Terminates reports whether nothing behind a statement list can run, as far as
// syntax tells and as must be known to leave a function's end alone (Go spec,
// "Terminating statements"; a break, continue or fallthrough ends a list as
// well).
func Terminates(list []ast.Stmt) bool {
	for i := len(list) - 1; i >= 0; i-- {
		if _, empty := list[i].(*ast.EmptyStmt); !empty {
			return terminates(list[i], "")
		}
	}
	return false
}

func terminates(s ast.Stmt, label string) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		return IsPanic(s)
	case *ast.BlockStmt:
		return Terminates(s.List)
	case *ast.LabeledStmt:
		return terminates(s.Stmt, s.Label.Name)
	case *ast.IfStmt:
		return s.Else != nil && Terminates(s.Body.List) && terminates(s.Else, "")
	case *ast.ForStmt:
		return s.Cond == nil && !hasBreak(s.Body, label)
	case *ast.SwitchStmt:
		return clausesTerminate(s.Body, label, true)
	case *ast.TypeSwitchStmt:
		return clausesTerminate(s.Body, label, true)
	case *ast.SelectStmt:
		return clausesTerminate(s.Body, label, false)
	}
	return false
}

func clausesTerminate(body *ast.BlockStmt, label string, needDefault bool) bool {
	for _, clause := range body.List {
		var list []ast.Stmt
		switch c := clause.(type) {
		case *ast.CaseClause:
			list = c.Body
			needDefault = needDefault && c.List != nil
		case *ast.CommClause:
			list = c.Body
		}
		if !Terminates(list) || slices.ContainsFunc(list, func(s ast.Stmt) bool { return hasBreak(s, label) }) {
			return false
		}
	}
	return !needDefault
}

// hasBreak reports whether root holds a break out of the statement that it is
// the body of: one without a label, or one that names label.
func hasBreak(root ast.Node, label string) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if label != "" {
				found = found || hasLabelledBreak(n, label)
			}
			return false
		case *ast.BranchStmt:
			found = found || n.Tok == token.BREAK && (n.Label == nil || n.Label.Name == label)
		}
		return !found
	})
	return found
}

func hasLabelledBreak(root ast.Node, label string) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.BREAK && b.Label != nil && b.Label.Name == label {
			found = true
		}
		return !found
	})
	return found
}

// IsPanic reports whether a statement is a call of panic. Like cmd/cover it
// takes the identifier for the predeclared function.
func IsPanic(s ast.Stmt) bool {
	expr, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := ast.Unparen(expr.X).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return ok && id.Name == "panic"
}
