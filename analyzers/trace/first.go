package trace

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/goat-trace/goat/analyzers/point"
)

// Hit is a tracking point in a file, which the recorder is told of when it runs for
// the first time.
type Hit struct {
	Number int // of the point in the package, from 0
	Anchor point.Anchor
	Node   ast.Node // in File.Syntax
}

// mostFirstValues is how many variables the recorder is told of at a point.
const mostFirstValues = 8

// firsts tells the recorder of the points of this function, not of those in its
// literals.
func (f *function) firsts() {
	for _, h := range f.Hits {
		if h.Anchor == point.NewDefault || f.innermost(h.Node) != f.node {
			continue
		}
		f.add(h.Anchor, h.Node, Op{Kind: First, Number: h.Number, Values: f.firstValues(h)})
	}
}

// holdsHit reports whether a point is at a statement.
func (f *function) holdsHit(n ast.Node) bool {
	for _, h := range f.Hits {
		if h.Node == n {
			return true
		}
	}
	return false
}

// innermost returns the function or literal that holds a node of the function.
func (f *function) innermost(node ast.Node) ast.Node {
	if node.Pos() < f.body.Pos() || node.Pos() >= f.body.End() {
		return nil
	}
	found := f.node
	ast.Inspect(f.body, func(n ast.Node) bool {
		if n == nil || node.Pos() < n.Pos() || node.Pos() >= n.End() {
			return false
		}
		if lit, ok := n.(*ast.FuncLit); ok && node.Pos() >= lit.Body.Pos() {
			found = lit
		}
		return true
	})
	return found
}

// firstValues returns the variables that the statement at a point reads, as far as they
// can be read there as well: local ones that no other code can reach.
func (f *function) firstValues(h Hit) []Op {
	var statement ast.Stmt
	at := h.Node.Pos()
	first := func(list []ast.Stmt, from token.Pos) {
		if len(list) > 0 {
			statement, at = list[0], from
		}
	}
	switch n := h.Node.(type) {
	case *ast.BlockStmt:
		first(n.List, n.Lbrace+1)
	case *ast.CaseClause:
		first(n.Body, n.Colon+1)
	case *ast.CommClause:
		first(n.Body, n.Colon+1)
	case ast.Stmt:
		statement = n
	}
	if statement == nil || h.Anchor != point.Before && h.Anchor != point.BlockStart && h.Anchor != point.ClauseStart {
		return nil
	}
	scope := f.Pkg.Scope().Innermost(at)
	if scope == nil {
		return nil
	}
	var ops []Op
	seen := make(map[*types.Var]bool)
	for _, part := range header(statement) {
		ast.Inspect(part, func(n ast.Node) bool {
			if _, ok := n.(*ast.FuncLit); ok {
				return false
			}
			id, ok := n.(*ast.Ident)
			if !ok || len(ops) >= mostFirstValues {
				return true
			}
			v, ok := f.Info.Uses[id].(*types.Var)
			if !ok || seen[v] || !f.alone(id, nil) {
				return true
			}
			seen[v] = true
			if _, obj := scope.LookupParent(id.Name, at); obj == types.Object(v) {
				ops = append(ops, f.value(f.variable(v), id.Name, v.Type())...)
			}
			return true
		})
	}
	return ops
}

// header returns what runs of a statement itself, without the blocks in it.
func header(s ast.Stmt) []ast.Node {
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return header(s.Stmt)
	case *ast.IfStmt:
		return parts(s.Init, s.Cond)
	case *ast.ForStmt:
		return parts(s.Init, s.Cond)
	case *ast.RangeStmt:
		return parts(s.X)
	case *ast.SwitchStmt:
		return parts(s.Init, s.Tag)
	case *ast.TypeSwitchStmt:
		return parts(s.Init, s.Assign)
	case *ast.BlockStmt, *ast.SelectStmt, nil:
		return nil
	}
	return parts(s)
}

// requests returns the parameters that are HTTP requests: they know the route.
func (f *function) requests() []string {
	var names []string
	for _, field := range f.signature.Params.List {
		for _, id := range field.Names {
			v, ok := f.Info.Defs[id].(*types.Var)
			if ok && id.Name != "_" && types.TypeString(v.Type(), nil) == "*net/http.Request" {
				names = append(names, id.Name)
			}
		}
	}
	return names
}
