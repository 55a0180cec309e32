package rules

import (
	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Scope puts one point at the start of each innermost block that holds a
// changed statement. A block is divided after each statement where control may
// leave it and before each target of a goto. Each later part has a point of its
// own before its first statement.
func Scope(f *blocks.Func, at Place) []point.Site {
	var sites []point.Site
	for _, b := range f.Blocks {
		units := unitsOf(b)
		if u := units[0]; b.Branch || b.Head != nil && b.Head.Changed || u.changed() {
			sites = append(sites, u.startSite(f, at, len(units) > 1))
		}
		for _, u := range units[1:] {
			if u.changed() {
				sites = append(sites, u.site(f, at))
			}
		}
	}
	return sites
}

// unit is a range of a block's statements that all run once the first does,
// except for panics and exits.
type unit run

// unitsOf divides a block. The first unit starts at the block's start. It is
// empty if a goto jumps to the first statement.
func unitsOf(b *blocks.Block) []unit {
	units := []unit{{b, 0, 0}}
	ended := false
	for i := range b.Stmts {
		s := &b.Stmts[i]
		if ended || s.Target {
			units = append(units, unit{b, i, i})
		}
		units[len(units)-1].to = i + 1
		ended = s.Leaves
	}
	return units
}

func (u unit) changed() bool {
	for _, s := range u.block.Stmts[u.from:u.to] {
		if s.Changed {
			return true
		}
	}
	return false
}

// startSite is the point of a block's first unit. It stands for the whole block
// unless the block is divided.
func (u unit) startSite(f *blocks.Func, at Place, divided bool) point.Site {
	s := startSite(f, u.block, at)
	s.Lines = run(u).addLines(headLines(u.block))
	if u.block.Role == blocks.Body && u.block.Head.Changed {
		s.Line = at.Line(f.Node.Pos())
	}
	if divided && u.to > u.from {
		s.EndLine = at.Line(u.block.Stmts[u.to-1].Node.End() - 1)
	}
	return s
}

// site is the point of a later unit. It goes before the unit's first statement
// that is not a bare block.
func (u unit) site(f *blocks.Func, at Place) point.Site {
	i := u.from
	for u.block.Stmts[i].Bare {
		i++
	}
	first, last := &u.block.Stmts[i], &u.block.Stmts[u.to-1]
	s := point.Site{Anchor: point.Before, Node: first.Node, Pos: first.Node.Pos()}
	s.Func, s.Kind, s.Lines = f.Name, point.KindStmt, run(u).addLines(nil)
	s.Line = at.Line(u.block.Stmts[u.from].Node.Pos())
	s.EndLine = at.Line(last.Node.End() - 1)
	return s
}
