package toolexec

import (
	"go/ast"
	"go/token"
)

// terminates reports whether nothing after a statement of a block can run, as
// far as syntax tells (Go spec, "Terminating statements", and the branch
// statements). A statement put behind it would be dead, and behind a
// function's last one it would make the compiler miss a return.
func terminates(stmt ast.Stmt) bool { return terminatesAs(stmt, "") }

// terminatesAs is terminates for a statement behind a label.
func terminatesAs(stmt ast.Stmt, label string) bool {
	switch s := stmt.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		name, ok := call.Fun.(*ast.Ident)
		return ok && name.Name == "panic"
	case *ast.BlockStmt:
		return lastTerminates(s.List)
	case *ast.IfStmt:
		return s.Else != nil && lastTerminates(s.Body.List) && terminates(s.Else)
	case *ast.ForStmt:
		return s.Cond == nil && !hasBreak(s.Body, label, true)
	case *ast.LabeledStmt:
		return terminatesAs(s.Stmt, s.Label.Name)
	case *ast.SwitchStmt:
		return clausesTerminate(s.Body, label, true)
	case *ast.TypeSwitchStmt:
		return clausesTerminate(s.Body, label, true)
	case *ast.SelectStmt:
		return clausesTerminate(s.Body, label, false)
	}
	return false
}

func lastTerminates(list []ast.Stmt) bool {
	return len(list) > 0 && terminates(list[len(list)-1])
}

func clausesTerminate(body *ast.BlockStmt, label string, needDefault bool) bool {
	for _, clause := range body.List {
		if c, ok := clause.(*ast.CaseClause); ok && c.List == nil {
			needDefault = false
		}
		if !lastTerminates(statementList(clause)) {
			return false
		}
	}
	return !needDefault && !hasBreak(body, label, true)
}

// hasBreak reports whether a break below n leaves the statement that n is the
// body of: one that names its label, or, as long as no other loop, switch or
// select is in between (direct), one that names none.
func hasBreak(n ast.Node, label string, direct bool) bool {
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		if found || m == n {
			return !found
		}
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if m.Tok == token.BREAK {
				found = m.Label == nil && direct || m.Label != nil && m.Label.Name == label
			}
		case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			found = hasBreak(m, label, false)
			return false
		}
		return true
	})
	return found
}
