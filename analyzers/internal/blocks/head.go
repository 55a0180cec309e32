package blocks

import (
	"go/ast"
	"slices"

	"github.com/goat-trace/goat/internal/syntax"
)

// A header runs in parts, and a changed line belongs to the part that runs
// first on it (Go spec, "Select statements", "For statements"):
//
//   - with the statement, when control reaches it: all of an if's, a switch's
//     and a type switch's header; of a loop's what is not below; and a select's
//     operands, which are in its clauses but are evaluated before any of them
//     is chosen;
//   - with the block, as its Head: the rest of a comm clause's header, a case
//     clause's header, a function's signature, and what only a loop's rounds
//     run, the post statement of a for and what a range assigns to.
//
// A block's point says that the block was entered, and says the same of its
// head. It cannot say more: nothing can be inserted between the case
// expressions of a switch, which are evaluated one after another until one
// matches, nor behind a fallthrough, which enters a clause without them, nor
// before a post statement, which a body that is left does not come to.

// mark asks whether a statement is changed.
func (b *layout) mark(s *Stmt) {
	from := len(b.extents)
	b.extents = syntax.AppendOwn(b.extents, s.Node)
	s.Own = slices.Clip(b.extents[from:])
	if b.ignored {
		return
	}
	s.Lines, s.Changed = b.marker.Changed(s.Own)
	switch n := s.Node.(type) {
	case *ast.SelectStmt:
		if !b.marker.IgnoresText(s.Own) {
			s.Lines, s.Changed = b.marker.Changed(append(s.Own, b.operands(n)...))
		}
	case *ast.ForStmt, *ast.RangeStmt:
		if s.Changed {
			b.divideLoop(s)
		}
	}
	s.branches = s.Changed || len(s.later) > 0
}

// operands returns the operands of a select's clauses, but for those of clauses
// that a comment takes out.
func (b *layout) operands(s *ast.SelectStmt) []syntax.Extent {
	var all []syntax.Extent
	blocks := clauseBlocks(s.Body)
	for i, block := range blocks {
		clause := block.Node.(*ast.CommClause)
		if !b.clauseIgnored(s.Body, blocks, i) && !b.marker.IgnoresText(syntax.AppendOwn(nil, clause)) {
			all = syntax.AppendOperands(all, clause)
		}
	}
	return all
}

func (b *layout) divideLoop(s *Stmt) {
	reached, later := syntax.DivideLoop(s.Node)
	if later == nil {
		return
	}
	s.Lines, s.Changed = b.marker.Changed(reached)
	s.later, _ = b.marker.Changed(later)
	s.later = without(s.later, s.Lines)
}

// clauseHead returns a clause's header, with the changed lines on which nothing
// of it runs before the clause is chosen.
func (b *layout) clauseHead(clause ast.Node) *Stmt {
	head := &Stmt{Node: clause.(ast.Stmt)}
	head.Own = syntax.AppendOwn(nil, head.Node)
	if b.ignored {
		return head
	}
	head.Lines, head.Changed = b.marker.Changed(head.Own)
	if c, ok := clause.(*ast.CommClause); ok && head.Changed {
		before, _ := b.marker.Changed(syntax.AppendOperands(nil, c))
		head.Lines = without(head.Lines, before)
		head.Changed = len(head.Lines) > 0
	}
	return head
}

// signature returns a function's signature; the body stands for it.
func (b *layout) signature(f *Func) *Stmt {
	head := &Stmt{Node: f.Body}
	if s, ok := syntax.SignatureOf(f.Node); ok && !b.ignored {
		head.Own = s.Own
		head.Lines, head.Changed = b.marker.Changed(s.Own)
	}
	return head
}

// without takes lines out of others. Both ascend.
func without(lines, taken [][2]int) [][2]int {
	for _, t := range taken {
		var rest [][2]int
		for _, l := range lines {
			if l[0] < t[0] {
				rest = append(rest, [2]int{l[0], min(l[1], t[0]-1)})
			}
			if l[1] > t[1] {
				rest = append(rest, [2]int{max(l[0], t[1]+1), l[1]})
			}
		}
		lines = rest
	}
	return lines
}
