package rules

import (
	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/internal/marks"
	"github.com/goat-trace/goat/analyzers/point"
)

// Function puts one point at the start of each function or literal whose
// signature changed or that holds a changed statement. A changed statement in a
// literal counts for the literal only.
func Function(f *blocks.Func, at Place) []point.Site {
	var lines [][2]int
	changed := false
	for _, b := range f.Blocks {
		if b.Head != nil && b.Head.Changed {
			changed = true
			lines = marks.Union(lines, b.Head.Lines)
		}
		for i := range b.Stmts {
			if s := &b.Stmts[i]; s.Changed {
				changed = true
				lines = marks.Union(lines, s.Lines)
			}
		}
	}
	if !changed {
		return nil
	}
	return []point.Site{funcSite(f, lines, at)}
}
