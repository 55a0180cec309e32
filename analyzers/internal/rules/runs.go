package rules

import (
	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/internal/marks"
	"github.com/goat-trace/goat/analyzers/point"
)

// byRuns makes the sites of granularities that have one point for each run of
// statements. split divides a block into its runs.
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

// run is a range of a block's statements. Its first and its last are changed.
type run struct {
	block    *blocks.Block
	from, to int
}

// atStart reports whether the run starts where its block does. After a label it
// does not: a goto, or the labelled loop itself, may come back there.
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
	s.EndLine = max(s.Line, at.Line(last.OwnEnd()-1), lastLine(s.Lines)) // lines of a select's operands are inside its clauses
	return s
}

func lastLine(lines [][2]int) int {
	if len(lines) == 0 {
		return 0
	}
	return lines[len(lines)-1][1]
}
