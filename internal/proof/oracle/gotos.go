package oracle

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/analyzers/point"
)

// gotosOf returns the gotos that lead to each labelled statement of a file.
func gotosOf(file *ast.File) map[ast.Stmt][]token.Pos {
	found := make(map[ast.Stmt][]token.Pos)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil {
				addGotos(found, n.Body)
			}
		case *ast.FuncLit:
			addGotos(found, n.Body)
		}
		return true
	})
	return found
}

// addGotos looks at one function: labels are scoped to functions.
func addGotos(found map[ast.Stmt][]token.Pos, body *ast.BlockStmt) {
	labels := make(map[string]ast.Stmt)
	gotos := make(map[string][]token.Pos)
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.LabeledStmt:
			labels[n.Label.Name] = unlabelled(n)
		case *ast.BranchStmt:
			if n.Tok == token.GOTO && n.Label != nil {
				gotos[n.Label.Name] = append(gotos[n.Label.Name], n.Pos())
			}
		}
		return true
	})
	for label, stmt := range labels {
		found[stmt] = append(found[stmt], gotos[label]...)
	}
}

// target reports whether a goto leads to the statement after a point. Then the code
// after the statement may count less than the point, because the goto may come from
// inside the statement.
func target(s point.Site, gotos map[ast.Stmt][]token.Pos) bool {
	stmt, ok := s.Node.(ast.Stmt)
	return ok && s.Anchor == point.Before && len(gotos[stmt]) > 0
}

// gotosPast returns the gotos that lead to a point but around cover's counter,
// which is missing between the label of a loop, switch or select and the statement.
func gotosPast(fset *token.FileSet, s point.Site, gotos map[ast.Stmt][]token.Pos) []token.Position {
	if !target(s, gotos) {
		return nil
	}
	switch s.Node.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
	default:
		return nil
	}
	var at []token.Position
	for _, pos := range gotos[s.Node.(ast.Stmt)] {
		at = append(at, fset.PositionFor(pos, false))
	}
	return at
}
