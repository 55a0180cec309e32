package rules

import (
	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Patch puts one point before each run of changed statements in a block. An
// unchanged statement or a bare block ends a run.
// statements ends a run as an unchanged statement does.
func Patch(f *blocks.Func, at Place) []point.Site {
	return byRuns(f, at, patchRuns)
}

func patchRuns(b *blocks.Block) []run {
	var runs []run
	open := false
	for i := range b.Stmts {
		s := &b.Stmts[i]
		if !s.Changed {
			open = false
			continue
		}
		if !open || s.Labelled {
			runs = append(runs, run{b, i, i})
		}
		runs[len(runs)-1].to = i + 1
		open = !s.Leaves
	}
	return runs
}
