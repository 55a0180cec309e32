package rewrite

import (
	"go/ast"
	"go/token"
)

func statementList(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

func clauseColon(n ast.Node) token.Pos {
	if c, ok := n.(*ast.CommClause); ok {
		return c.Colon
	}
	return n.(*ast.CaseClause).Colon
}

func switchBody(n ast.Node) *ast.BlockStmt {
	if s, ok := n.(*ast.TypeSwitchStmt); ok {
		return s.Body
	}
	return n.(*ast.SwitchStmt).Body
}

// fallsThrough reports whether the last clause of a switch ends in a
// fallthrough. That is a compile error, and a clause after it would hide the
// user's mistake.
func fallsThrough(body *ast.BlockStmt) bool {
	if len(body.List) == 0 {
		return false
	}
	list := statementList(body.List[len(body.List)-1])
	for len(list) > 0 && isEmpty(list[len(list)-1]) {
		list = list[:len(list)-1]
	}
	if len(list) == 0 {
		return false
	}
	branch, ok := list[len(list)-1].(*ast.BranchStmt)
	return ok && branch.Tok == token.FALLTHROUGH
}

func isEmpty(s ast.Stmt) bool {
	_, ok := s.(*ast.EmptyStmt)
	return ok
}
