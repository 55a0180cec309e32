package blocks

import (
	"go/ast"
	"slices"

	"github.com/goat-trace/goat/internal/syntax"
)

// The parts of a header run at different times. A changed line belongs to the part
// that runs first on it (Go spec, "Select statements", "For statements"):
//
//   - With the statement, when control reaches it: the whole header of an if, a
//     switch or a type switch; a loop's header without what its rounds run; the
//     operands of a select, which Go evaluates before it chooses a clause.
//   - With the block, as its Head: the rest of a comm clause's header, the header of
//     a case clause, a function's signature, and what each round of a loop runs (the
//     post statement of a for, the assignment of a range).
//
// A block's point says that the block was entered, and no more of its head. No hit
// can be inserted between the case expressions of a switch, which Go evaluates until
// one matches, nor for a clause that a fallthrough enters without evaluating them,
// nor before a post statement, which does not run when the body is left early.

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

// operands returns the operands of a select's clauses, without clauses that a
// comment excludes.
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

// clauseHead returns a clause's header. Its changed lines are those on which
// nothing runs before the clause is chosen.
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

// signature returns a function's signature, with the body as its node.
func (b *layout) signature(f *Func) *Stmt {
	head := &Stmt{Node: f.Body}
	if s, ok := syntax.SignatureOf(f.Node); ok && !b.ignored {
		head.Own = s.Own
		head.Lines, head.Changed = b.marker.Changed(s.Own)
	}
	return head
}

// without returns lines without those in taken. Both are in ascending order.
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
