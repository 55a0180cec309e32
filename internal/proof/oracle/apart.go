package oracle

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/cover"

	"github.com/goat-trace/goat/analyzers/point"
)

// difference says how often a branch that is not written is taken: as often as its
// header is reached, less the executions of the written branches.
type difference struct {
	header   token.Position
	branches []token.Position
	// undivided says that the header may panic and that Divide does not change it.
	undivided bool
}

// differenceOf returns the difference for an else or default that is not written.
// It returns nil for other points, and for a switch whose clauses are entered from
// elsewhere, or whose label leads around cover's counter.
func differenceOf(fset *token.FileSet, s point.Site, in lists) *difference {
	var branches []ast.Stmt
	stmt, _ := s.Node.(ast.Stmt)
	labelled := in[stmt].labelled
	header := s.Node.Pos()
	undivided := false
	switch n := s.Node.(type) {
	case *ast.IfStmt:
		branches, labelled = []ast.Stmt{n.Body}, false
		if end := conditionEnd(n); end.IsValid() {
			header = end
		}
	case *ast.SwitchStmt:
		branches, undivided = n.Body.List, switchMayPanic(n.Body, n.Init, n.Tag)
	case *ast.TypeSwitchStmt:
		branches, undivided = n.Body.List, switchMayPanic(n.Body, n.Init, n.Assign)
	}
	if labelled || s.Anchor != point.ImplicitElse && s.Anchor != point.NewDefault {
		return nil
	}
	d := &difference{header: fset.PositionFor(header, false), undivided: undivided}
	for _, b := range branches {
		if fallsThrough(listOf(b)) {
			return nil
		}
		d.branches = append(d.branches, fset.PositionFor(entryPos(b), false))
	}
	return d
}

// switchMayPanic looks at the header's parts and at the calls in the clauses'
// heads.
func switchMayPanic(body *ast.BlockStmt, header ...ast.Node) bool {
	for _, clause := range body.List {
		if c, ok := clause.(*ast.CaseClause); ok {
			for _, x := range c.List {
				header = append(header, x)
			}
		}
	}
	return mayPanic(header...)
}

func fallsThrough(list []ast.Stmt) bool {
	for _, stmt := range list {
		if b, ok := unlabelled(stmt).(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
			return true
		}
	}
	return false
}

// entryPos returns a position in the block of cover's at the beginning of a block
// or clause.
func entryPos(n ast.Node) token.Pos {
	switch n := n.(type) {
	case *ast.BlockStmt:
		if len(n.List) == 0 {
			return n.Lbrace + 1
		}
		return n.Lbrace
	case *ast.CaseClause:
		return n.Colon + 1
	case *ast.CommClause:
		return n.Colon + 1
	}
	return n.Pos()
}

// apart compares a point that has no block of cover's. It counts no more than the
// difference, and less if the header was left early.
func (v *Verdict) apart(item Item, s site, profile []cover.ProfileBlock) {
	v.Apart++
	if s.rest == nil {
		return
	}
	header, ok := blockAt(profile, s.rest.header.Line, s.rest.header.Column)
	if !ok {
		v.problem("%s: no block of cover's holds its header", item)
		return
	}
	left := header.Count
	for _, at := range s.rest.branches {
		b, ok := blockAt(profile, at.Line, at.Column)
		if !ok {
			v.problem("%s: no block of cover's begins at %d:%d", item, at.Line, at.Column)
			return
		}
		left -= b.Count
	}
	v.Compared++
	switch got, want := v.count(int(item.Count)), v.count(left); {
	case got > want && v.later(item):
	case got > want:
		v.problem("%s: got %d, but %d entered no branch that is written", item, item.Count, left)
	case got < want && v.run.Divided && s.rest.undivided:
	case got < want && !s.leavesEarly(header.StartLine, header.EndLine):
		v.left("%s: got %d, but %d entered no branch that is written", item, item.Count, left)
	}
}
