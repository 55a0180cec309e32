package oracle

import (
	"fmt"
	"go/ast"
	"go/token"

	"golang.org/x/tools/cover"

	"github.com/goat-trace/goat/analyzers/point"
)

// vouched returns, for each site of a file in which everything is changed, the
// positions of the statements that its hit vouches for: from the point to the next
// point of the same list. A function's point says only that the function was
// called.
func vouched(fset *token.FileSet, file *ast.File, sites []point.Site, g point.Granularity) [][]token.Position {
	at := make([][]token.Position, len(sites))
	if g == point.Func {
		return at
	}
	lists := listsOf(file)
	starts := make(map[ast.Node]map[int]bool)
	for _, s := range sites {
		if list, from := lists.start(s); list != nil && s.Anchor == point.Before {
			if starts[list] == nil {
				starts[list] = make(map[int]bool)
			}
			starts[list][from] = true
		}
	}
	for i, s := range sites {
		list, from := lists.start(s)
		if list == nil || len(s.Lines) == 0 {
			continue
		}
		stmts := listOf(list)
		for n := from; n < len(stmts) && (!starts[list][n] || n == from && s.Anchor == point.Before); n++ {
			if stmt := unlabelled(stmts[n]); counted(stmt) {
				at[i] = append(at[i], fset.PositionFor(stmt.Pos(), false))
			}
		}
	}
	return at
}

// lists finds the list that a statement is in.
type lists map[ast.Stmt]entry

type entry struct {
	list     ast.Node
	index    int
	labelled bool
}

func listsOf(file *ast.File) lists {
	found := make(lists)
	ast.Inspect(file, func(n ast.Node) bool {
		for i, stmt := range listOf(n) {
			behind := unlabelled(stmt)
			found[behind] = entry{n, i, behind != stmt}
		}
		return true
	})
	return found
}

// start returns the list that a point is in, and the statement that it comes
// before.
func (l lists) start(s point.Site) (ast.Node, int) {
	switch s.Anchor {
	case point.BlockStart, point.ClauseStart:
		return s.Node, 0
	case point.Before:
		e := l[s.Node.(ast.Stmt)]
		return e.list, e.index
	}
	return nil, 0
}

func unlabelled(stmt ast.Stmt) ast.Stmt {
	for {
		l, ok := stmt.(*ast.LabeledStmt)
		if !ok {
			return stmt
		}
		stmt = l.Stmt
	}
}

// counted reports whether both goat and cover count a statement.
func counted(stmt ast.Stmt) bool {
	switch s := stmt.(type) {
	case *ast.BlockStmt, *ast.EmptyStmt:
		return false
	case *ast.DeclStmt:
		d, ok := s.Decl.(*ast.GenDecl)
		return ok && d.Tok == token.VAR
	}
	return true
}

// vouch compares a point with the statements of other blocks that it vouches for.
// They count as often as the point, or less if the code before them was left early.
func (v *Verdict) vouch(m mark, profile []cover.ProfileBlock) {
	for _, at := range m.site.vouched {
		b, ok := blockAt(profile, at.Line, at.Column)
		if !ok {
			v.problem("%s: no block of cover's holds the statement at %s:%d:%d", m.item, m.site.file, at.Line, at.Column)
			continue
		}
		if b == m.block { // judge has checked this block
			continue
		}
		v.Vouched++
		got, want := v.count(int(m.item.Count)), v.count(b.Count)
		if m.site.target {
			got, want = min(got, 1), min(want, 1)
		}
		text := fmt.Sprintf("%s: got %d, but the statement at %d.%d that it vouches for has %d", m.item, m.item.Count, at.Line, at.Column, b.Count)
		switch {
		case got < want:
			v.problem("%s", text)
		case got > want && !m.site.leavesEarly(m.block.StartLine, b.EndLine):
			v.left("%s", text)
		}
	}
}
