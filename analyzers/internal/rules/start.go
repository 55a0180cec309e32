package rules

import (
	"go/token"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/internal/marks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Place tells where code is in its file.
type Place interface {
	// Line returns the line of a position, without applying //line directives.
	Line(pos token.Pos) int
}

// funcSite is the point at the start of a function. It stands for the whole
// function.
func funcSite(f *blocks.Func, lines [][2]int, at Place) point.Site {
	s := point.Site{Anchor: point.BlockStart, Node: f.Body, Pos: f.Body.Lbrace + 1}
	s.Func, s.Kind, s.Lines = f.Name, point.KindFunc, lines
	s.Line, s.EndLine = at.Line(f.Node.Pos()), at.Line(f.Node.End()-1)
	return s
}

// headLines returns the changed lines of a block's head.
func headLines(b *blocks.Block) [][2]int {
	if b.Head == nil {
		return nil
	}
	return marks.Union(nil, b.Head.Lines)
}

// startSite is the point at the start of a block. It stands for the whole
// block.
func startSite(f *blocks.Func, b *blocks.Block, at Place) point.Site {
	s := point.Site{Node: b.Node, Pos: b.Start, Anchor: point.BlockStart}
	s.Func = f.Name
	s.Kind = kinds[b.Role]
	s.Line, s.EndLine = at.Line(b.Node.Pos()), at.Line(b.Node.End()-1)
	switch b.Role {
	case blocks.Case, blocks.Default:
		s.Anchor = point.ClauseStart
	case blocks.ElseIf:
		s.Anchor = point.ElseIf
	case blocks.ImplicitElse:
		s.Anchor = point.ImplicitElse
		s.Line = s.EndLine
	case blocks.NewDefault:
		s.Anchor = point.NewDefault
		s.Line = s.EndLine
	}
	return s
}

// kinds are the kinds of points at a block's start.
var kinds = [...]point.Kind{
	blocks.Body:         point.KindFunc,
	blocks.Then:         point.KindThen,
	blocks.Else:         point.KindElse,
	blocks.ElseIf:       point.KindElse,
	blocks.ImplicitElse: point.KindElse,
	blocks.Loop:         point.KindLoop,
	blocks.Case:         point.KindCase,
	blocks.Default:      point.KindDefault,
	blocks.NewDefault:   point.KindDefault,
	blocks.Bare:         point.KindStmt,
}
