package rules

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Manual puts one point where each +goat:insert comment is: before the
// next statement of the innermost block around it, or at that block's end.
// There is none where it could not run or not compile: outside functions,
// between a switch's brace and its first clause, behind a terminating
// statement.
func Manual(funcs []*blocks.Func, comments []token.Pos, at Place) []point.Site {
	var sites []point.Site
	for _, pos := range comments {
		f, b := innermost(funcs, pos)
		if b == nil {
			continue
		}
		s := point.Site{Pos: pos}
		s.Func, s.Kind = f.Name, point.KindManual
		s.Line = at.Line(pos)
		s.EndLine = s.Line
		if place(&s, b) {
			sites = append(sites, s)
		}
	}
	return sites
}

func innermost(funcs []*blocks.Func, pos token.Pos) (fn *blocks.Func, block *blocks.Block) {
	for _, f := range funcs {
		for _, b := range f.Blocks {
			if b.Start <= pos && pos < b.End && (block == nil || b.Start > block.Start) {
				fn, block = f, b
			}
		}
	}
	return fn, block
}

// place anchors a point in a block. It reports false when there is no place
// that can run.
func place(s *point.Site, b *blocks.Block) bool {
	for i := range b.Stmts {
		stmt := b.Stmts[i].Node
		if stmt.Pos() > s.Pos {
			s.Anchor, s.Node = point.Before, stmt
			return true
		}
		if body := clausesOf(stmt); body != nil && body.Lbrace < s.Pos && s.Pos < body.Rbrace {
			return false
		}
	}
	if b.Terminates() {
		return false
	}
	s.Anchor, s.Node = point.BlockEnd, b.Node
	return true
}

// clausesOf returns the body of a switch or select.
func clausesOf(s ast.Stmt) *ast.BlockStmt {
	switch s := s.(type) {
	case *ast.SwitchStmt:
		return s.Body
	case *ast.TypeSwitchStmt:
		return s.Body
	case *ast.SelectStmt:
		return s.Body
	}
	return nil
}
