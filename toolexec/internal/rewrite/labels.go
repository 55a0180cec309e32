package rewrite

import (
	"go/ast"
	"go/token"
)

// label is a labelled statement with the statements that name its label.
type label struct {
	stmt  *ast.LabeledStmt
	gotos []*ast.BranchStmt
	bound bool // a break or continue names it, so it must stay on its statement
}

// labelsOf returns the labels of a file by the statement after them. Labels are
// scoped to functions (Go spec, "Label scopes").
func labelsOf(file *ast.File) map[ast.Stmt]label {
	labels := make(map[ast.Stmt]label)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil {
				addLabels(labels, n.Body)
			}
		case *ast.FuncLit:
			addLabels(labels, n.Body)
		}
		return true
	})
	return labels
}

func addLabels(labels map[ast.Stmt]label, body *ast.BlockStmt) {
	byName := make(map[string]*label)
	inFunction(body, func(n ast.Node) {
		if l, ok := n.(*ast.LabeledStmt); ok {
			byName[l.Label.Name] = &label{stmt: l}
		}
	})
	if len(byName) == 0 {
		return
	}
	inFunction(body, func(n ast.Node) {
		b, ok := n.(*ast.BranchStmt)
		if !ok || b.Label == nil || byName[b.Label.Name] == nil {
			return
		}
		if l := byName[b.Label.Name]; b.Tok == token.GOTO {
			l.gotos = append(l.gotos, b)
		} else {
			l.bound = true
		}
	})
	for _, l := range byName {
		labels[l.stmt.Stmt] = *l
	}
}

// inFunction calls f for the nodes of a body, but not of function literals in
// it.
func inFunction(body *ast.BlockStmt, f func(ast.Node)) {
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if n != nil {
			f(n)
		}
		return true
	})
}

// elseIfsOf finds the ifs that are directly in an else.
func elseIfsOf(file *ast.File) map[ast.Stmt]bool {
	found := make(map[ast.Stmt]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.IfStmt); ok {
			if inner, ok := s.Else.(*ast.IfStmt); ok {
				found[inner] = true
			}
		}
		return true
	})
	return found
}
