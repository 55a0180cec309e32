package rules

import (
	"fmt"
	"go/token"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/internal/marks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Rule returns the sites of one function.
type Rule func(f *blocks.Func, at Place) []point.Site

// Place tells where code is in its file.
type Place interface {
	// Line returns the raw line of a position.
	Line(pos token.Pos) int
}

// For returns a granularity's rule.
func For(g point.Granularity) (Rule, error) {
	switch g {
	case point.Line:
		return Line, nil
	case point.Patch:
		return Patch, nil
	case point.Scope:
		return Scope, nil
	case point.Func:
		return Function, nil
	}
	return nil, fmt.Errorf("unknown granularity %q: use one of %v", g, point.Granularities())
}

// byRuns is the rule of the granularities whose points are put before runs of
// changed statements; split divides a block's statements into them.
func byRuns(f *blocks.Func, at Place, split func(b *blocks.Block) []run) []point.Site {
	var sites []point.Site
	for _, b := range f.Blocks {
		runs := split(b)
		switch {
		case b.Role == blocks.Body:
			if b.Head.Changed {
				sites = append(sites, funcSite(f, headLines(b), at))
			}
		case b.Branch || b.Head != nil && b.Head.Changed:
			start := startSite(f, b, at)
			start.Lines = headLines(b)
			if len(runs) > 0 && runs[0].atStart() {
				start.Lines = runs[0].addLines(start.Lines)
				runs = runs[1:]
			}
			sites = append(sites, start)
		}
		for _, r := range runs {
			sites = append(sites, r.site(f, at))
		}
	}
	return sites
}

// headLines returns the changed lines of a block's head.
func headLines(b *blocks.Block) [][2]int {
	if b.Head == nil {
		return nil
	}
	return marks.Union(nil, b.Head.Lines)
}

// run is a range of a block's statements, of which the first and the last are
// changed.
type run struct {
	block    *blocks.Block
	from, to int
}

// atStart reports whether the run starts where its block does. Behind a label
// it does not: a goto, or the label's own loop, may come back there.
func (r run) atStart() bool { return r.from == 0 && !r.block.Stmts[0].Labelled }

// addLines adds the changed lines of the run's statements.
func (r run) addLines(lines [][2]int) [][2]int {
	for i := r.from; i < r.to; i++ {
		lines = marks.Union(lines, r.block.Stmts[i].Lines)
	}
	return lines
}

func (r run) site(f *blocks.Func, at Place) point.Site {
	first, last := &r.block.Stmts[r.from], &r.block.Stmts[r.to-1]
	s := point.Site{Anchor: point.Before, Node: first.Node, Pos: first.Node.Pos()}
	if r.block.Role == blocks.ElseIf {
		s.Anchor = point.ElseIf
	}
	s.Point = point.Point{Func: f.Name, Kind: point.KindStmt, Lines: r.addLines(nil)}
	s.Line = at.Line(first.Node.Pos())
	s.EndLine = max(s.Line, at.Line(last.OwnEnd()-1), lastLine(s.Lines)) // a select's operands are in its clauses
	return s
}

func lastLine(lines [][2]int) int {
	if len(lines) == 0 {
		return 0
	}
	return lines[len(lines)-1][1]
}

// startSite is the point at a block's start, which stands for the block.
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
