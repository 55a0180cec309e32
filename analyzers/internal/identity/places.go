package identity

import (
	"go/ast"

	"github.com/goat-trace/goat/analyzers/point"
)

// places numbers the places of a declaration where a point may be, in the order
// of the syntax tree: the start of each statement, block and clause, and the
// end of each block and clause. Labels and empty statements get no number, so
// an added semicolon does not change the numbers of the others.
type places struct {
	start, end map[ast.Node]int
	count      int
}

func placesOf(root ast.Node) *places {
	p := &places{start: make(map[ast.Node]int), end: make(map[ast.Node]int)}
	var around []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			p.leave(around[len(around)-1])
			around = around[:len(around)-1]
			return false
		}
		p.enter(n)
		around = append(around, n)
		return true
	})
	return p
}

func (p *places) enter(n ast.Node) {
	switch n.(type) {
	case *ast.LabeledStmt, *ast.EmptyStmt:
	case ast.Stmt:
		p.start[n] = p.count
		p.count++
	}
}

func (p *places) leave(n ast.Node) {
	switch n.(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		p.end[n] = p.count
		p.count++
	}
}

// of returns the number of a site's place. A missing branch has no node, so its
// site takes the number of the body beside it. That cannot collide: no other
// point there is of kind else or default.
func (p *places) of(s *point.Site) int {
	switch s.Anchor {
	case point.BlockEnd:
		return p.end[s.Node]
	case point.ImplicitElse, point.NewDefault:
		return p.start[bodyOf(s.Node)]
	}
	return p.start[s.Node]
}

func bodyOf(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.IfStmt:
		return n.Body
	case *ast.SwitchStmt:
		return n.Body
	case *ast.TypeSwitchStmt:
		return n.Body
	}
	return n
}
