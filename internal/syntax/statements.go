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
			if part != nil {
				headers[part] = true
			}
		}
		if headers[stmt] {
			return true
		}
		if own := AppendOwn(nil, stmt); len(own) > 0 {
			all = append(all, Statement{stmt, own})
		}
		return true
	})
	sort.SliceStable(all, func(i, j int) bool { return all[i].Pos() < all[j].Pos() })
	return all
}

// AppendOwn appends the extents of stmt's own text to dst. It appends nothing
// if stmt is not a statement in the sense of this package. Statements that
// are in another one's header (Init, Post, Assign, Comm) are the caller's
// to leave out.
func AppendOwn(dst []Extent, stmt ast.Stmt) []Extent {
	end := ownEnd(stmt)
	if !end.IsValid() {
		return dst
	}
	return appendWithoutLiterals(dst, stmt, end)
}

// headerStatements returns the statements that are in stmt's header and so
// belong to stmt: they are executed as part of it and nothing can be inserted
// before them. Those that are not written are nil.
func headerStatements(stmt ast.Stmt) [2]ast.Stmt {
	switch s := stmt.(type) {
	case *ast.IfStmt:
		return [2]ast.Stmt{s.Init}
	case *ast.ForStmt:
		return [2]ast.Stmt{s.Init, s.Post}
	case *ast.SwitchStmt:
		return [2]ast.Stmt{s.Init}
	case *ast.TypeSwitchStmt:
		return [2]ast.Stmt{s.Init, s.Assign}
	case *ast.CommClause:
		return [2]ast.Stmt{s.Comm}
	}
	return [2]ast.Stmt{}
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

// appendWithoutLiterals appends the parts of [root.Pos(), end) outside
// function literals. A statement that is a literal and nothing else parses
// but does not compile; its own text is empty and is at its end.
func appendWithoutLiterals(dst []Extent, root ast.Node, end token.Pos) []Extent {
	pos, first := root.Pos(), len(dst)
	if !mayHoldLiteral(root) {
		return append(dst, Extent{pos, end})
	}
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil || n.Pos() >= end {
			return false
		}
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		if lit.Pos() > pos {
			dst = append(dst, Extent{pos, lit.Pos()})
		}
		pos = lit.End()
		return false
	})
	if pos < end || len(dst) == first {
		dst = append(dst, Extent{pos, max(end, pos)})
	}
	return dst
}

// mayHoldLiteral spares the search in statements without expressions.
func mayHoldLiteral(root ast.Node) bool {
	switch s := root.(type) {
	case *ast.BranchStmt, *ast.SelectStmt:
		return false
	case *ast.ReturnStmt:
		return len(s.Results) > 0
	}
	return true
}
