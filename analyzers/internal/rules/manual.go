package rules

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Manual puts one point at each +goat:insert comment: before the next statement
// of the innermost block around it, or at the end of that block. There is no
// point where a hit could not run or not compile: outside functions, before the
// first clause of a switch, and where control cannot come any more.
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

// place anchors a point in a block. It returns false if no place in the block
// can run.
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
