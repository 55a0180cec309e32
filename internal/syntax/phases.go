package syntax

import (
	"go/ast"
	"go/token"
)

// AppendOperands appends the extents of what a select evaluates of a comm
// clause when the select is entered, whether or not the clause is chosen then:
// the channel of a receive, channel and value of a send (Go spec, "Select
// statements"). The rest of the clause's header, such as what a received value
// is assigned to, runs only when the clause is chosen.
func AppendOperands(dst []Extent, c *ast.CommClause) []Extent {
	switch s := c.Comm.(type) {
	case *ast.SendStmt:
		dst = appendWithoutLiterals(dst, s.Chan, s.Chan.End())
		dst = appendWithoutLiterals(dst, s.Value, s.Value.End())
	case *ast.ExprStmt:
		dst = appendReceived(dst, s.X)
	case *ast.AssignStmt:
		for _, x := range s.Rhs {
			dst = appendReceived(dst, x)
		}
	}
	return dst
}

// appendReceived appends the channel of a receive. Anything else does not
// compile here.
func appendReceived(dst []Extent, x ast.Expr) []Extent {
	receive, ok := ast.Unparen(x).(*ast.UnaryExpr)
	if !ok || receive.Op != token.ARROW {
		return dst
	}
	return appendWithoutLiterals(dst, receive.X, receive.X.End())
}

// DivideLoop divides the own text of a loop into what runs when the loop is
// reached and what only its rounds run: the post statement of a for, and what
// a range assigns to, if those are more than names that it declares. later is
// nil for other statements and for loops of which everything runs at once.
func DivideLoop(stmt ast.Stmt) (reached, later []Extent) {
	var from, to token.Pos
	switch s := stmt.(type) {
	case *ast.ForStmt:
		if s.Post == nil {
			return nil, nil
		}
		from, to = s.Post.Pos(), s.Body.Lbrace+1
	case *ast.RangeStmt:
		if s.Key == nil || s.Tok != token.ASSIGN {
			return nil, nil
		}
		from, to = s.Key.Pos(), s.TokPos
	default:
		return nil, nil
	}
	for _, e := range AppendOwn(nil, stmt) {
		reached = append(reached, without(e, []Extent{{from, to}})...)
		if e.Pos < to && e.End > from {
			later = append(later, Extent{max(e.Pos, from), min(e.End, to)})
		}
	}
	return reached, later
}
