package rules

import (
	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Line puts one point on each line on which changed statements of a block
// begin, in front of the first of them.
func Line(f *blocks.Func, at Place) []point.Site {
	return byRuns(f, at, func(b *blocks.Block) []run { return lineRuns(b, at) })
}

func lineRuns(b *blocks.Block, at Place) []run {
	var runs []run
	open, line := false, 0
	for i := range b.Stmts {
		s := &b.Stmts[i]
		if s.Changed {
			if n := at.Line(s.Node.Pos()); !open || s.Labelled || n != line {
				runs = append(runs, run{b, i, i})
				line = n
			}
			runs[len(runs)-1].to = i + 1
			open = true
		}
		open = open && !s.Leaves && !(s.Labelled && !s.Changed)
	}
	return runs
}
