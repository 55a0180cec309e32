package syntax

import (
	"go/ast"
	"go/token"
	"sort"
)

// Extent is a half-open interval of source positions, [Pos, End).
type Extent struct {
	Pos, End token.Pos
}

// Statement is one executable statement of a function body.
//
// Node is the statement itself, or the *ast.CaseClause or *ast.CommClause
// whose header it stands for. A branching statement's own text is its header
// up to and including the opening brace; a clause's is its header up to and
// including the colon. Labels, closing braces, a lone else, bare blocks, and
// declarations of types and constants are no statements.
type Statement struct {
	Node ast.Stmt
	Own  []Extent // ascending, not empty, not overlapping
}

// Pos returns the start of the statement's own text.
func (s Statement) Pos() token.Pos { return s.Own[0].Pos }

// End returns the end of the statement's own text.
func (s Statement) End() token.Pos { return s.Own[len(s.Own)-1].End }

// Statements returns every statement under root, those of function literals
// included, in the order of their positions.
func Statements(root ast.Node) []Statement {
	var all []Statement
	headers := make(map[ast.Stmt]bool) // statements that are part of another one's header
	ast.Inspect(root, func(n ast.Node) bool {
		stmt, ok := n.(ast.Stmt)
		if !ok {
			return true
		}
		for _, part := range headerStatements(stmt) {
			headers[part] = true
		}
		if headers[stmt] {
			return true
		}
		if end := ownEnd(stmt); end.IsValid() {
			all = append(all, Statement{stmt, withoutLiterals(stmt, end)})
		}
		return true
	})
	sort.SliceStable(all, func(i, j int) bool { return all[i].Pos() < all[j].Pos() })
	return all
}

// headerStatements returns the statements that stand in stmt's header and so
// belong to stmt: they are executed as part of it and nothing can be inserted
// before them.
func headerStatements(stmt ast.Stmt) []ast.Stmt {
	switch s := stmt.(type) {
	case *ast.IfStmt:
		return []ast.Stmt{s.Init}
	case *ast.ForStmt:
		return []ast.Stmt{s.Init, s.Post}
	case *ast.SwitchStmt:
		return []ast.Stmt{s.Init}
	case *ast.TypeSwitchStmt:
		return []ast.Stmt{s.Init, s.Assign}
	case *ast.CommClause:
		return []ast.Stmt{s.Comm}
	}
	return nil
}

// ownEnd returns where stmt's own text ends, function literals aside, or
// token.NoPos if stmt is not a statement in the sense of this package.
func ownEnd(stmt ast.Stmt) token.Pos {
	switch s := stmt.(type) {
	case *ast.BlockStmt, *ast.LabeledStmt, *ast.EmptyStmt, *ast.BadStmt:
		return token.NoPos
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && d.Tok == token.VAR && len(d.Specs) > 0 {
			return s.End()
		}
		return token.NoPos
	case *ast.IfStmt:
		return s.Body.Lbrace + 1
	case *ast.ForStmt:
		return s.Body.Lbrace + 1
	case *ast.RangeStmt:
		return s.Body.Lbrace + 1
	case *ast.SwitchStmt:
		return headerOrWhole(s, s.Body)
	case *ast.TypeSwitchStmt:
		return headerOrWhole(s, s.Body)
	case *ast.SelectStmt:
		return headerOrWhole(s, s.Body)
	case *ast.CaseClause:
		return s.Colon + 1
	case *ast.CommClause:
		return s.Colon + 1
	}
	return stmt.End()
}

// headerOrWhole ends a switch or select at its opening brace; one without
// clauses has no branches and is a plain statement up to its closing brace.
func headerOrWhole(stmt ast.Stmt, body *ast.BlockStmt) token.Pos {
	if len(body.List) == 0 {
		return stmt.End()
	}
	return body.Lbrace + 1
}

// withoutLiterals returns the parts of [stmt.Pos(), end) outside function
// literals. A literal that is the whole of a statement's text cannot occur:
// Go has no such expression statement.
func withoutLiterals(stmt ast.Stmt, end token.Pos) []Extent {
	var own []Extent
	pos := stmt.Pos()
	ast.Inspect(stmt, func(n ast.Node) bool {
		if n == nil || n.Pos() >= end {
			return false
		}
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		if lit.Pos() > pos {
			own = append(own, Extent{pos, lit.Pos()})
		}
		pos = lit.End()
		return false
	})
	if pos < end || len(own) == 0 {
		own = append(own, Extent{pos, max(end, pos)})
	}
	return own
}
