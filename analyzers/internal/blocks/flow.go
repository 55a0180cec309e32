package blocks

import (
	"go/ast"
	"go/token"
	"slices"
)

// flow says where control may go from a piece of code other than to its end.
type flow struct {
	exits     bool // a return or panic
	breaks    bool // a break without a label of something around
	continues bool // a continue without a label of something around
	// labels that a break or continue names, and those that a goto names.
	labels, gotos []string
}

func (f *flow) leaves() bool {
	return f.exits || f.breaks || f.continues || len(f.labels) > 0 || len(f.gotos) > 0
}

func (f *flow) add(g flow) {
	f.exits = f.exits || g.exits
	f.breaks = f.breaks || g.breaks
	f.continues = f.continues || g.continues
	f.labels = append(f.labels, g.labels...)
	f.gotos = append(f.gotos, g.gotos...)
}

// branch is the flow of a break, continue, goto or fallthrough. A
// fallthrough stays in its switch and ends its clause: nothing follows it.
func branch(s *ast.BranchStmt) flow {
	switch {
	case s.Tok == token.GOTO && s.Label != nil:
		return flow{gotos: []string{s.Label.Name}}
	case s.Label != nil:
		return flow{labels: []string{s.Label.Name}}
	case s.Tok == token.BREAK:
		return flow{breaks: true}
	case s.Tok == token.CONTINUE:
		return flow{continues: true}
	}
	return flow{}
}

// behind is the flow of a labelled statement, from that of the statement
// behind the label: what names the label stays in it.
func (f *flow) behind(label string) {
	is := func(name string) bool { return name == label }
	f.labels = slices.DeleteFunc(f.labels, is)
	f.gotos = slices.DeleteFunc(f.gotos, is)
}

// isPanic reports whether a statement is a call of panic. Like cmd/cover it
// takes the identifier for the predeclared function.
func isPanic(s ast.Stmt) bool {
	expr, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := ast.Unparen(expr.X).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return ok && id.Name == "panic"
}

// Terminates reports whether nothing behind the block's last statement can
// run, as far as that must be known to leave a function's end alone (Go spec,
// "Terminating statements"; a break, continue or fallthrough ends a list as
// well).
func (b *Block) Terminates() bool {
	switch n := b.Node.(type) {
	case *ast.BlockStmt:
		return listTerminates(n.List)
	case *ast.CaseClause:
		return listTerminates(n.Body)
	case *ast.CommClause:
		return listTerminates(n.Body)
	}
	return false
}

func terminates(s ast.Stmt, label string) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		return isPanic(s)
	case *ast.BlockStmt:
		return listTerminates(s.List)
	case *ast.LabeledStmt:
		return terminates(s.Stmt, s.Label.Name)
	case *ast.IfStmt:
		return s.Else != nil && listTerminates(s.Body.List) && terminates(s.Else, "")
	case *ast.ForStmt:
		return s.Cond == nil && !hasBreak(s.Body, label)
	case *ast.SwitchStmt:
		return clausesTerminate(s.Body, label, true)
	case *ast.TypeSwitchStmt:
		return clausesTerminate(s.Body, label, true)
	case *ast.SelectStmt:
		return clausesTerminate(s.Body, label, false)
	}
	return false
}

func listTerminates(list []ast.Stmt) bool {
	for i := len(list) - 1; i >= 0; i-- {
		if _, empty := list[i].(*ast.EmptyStmt); !empty {
			return terminates(list[i], "")
		}
	}
	return false
}

func clausesTerminate(body *ast.BlockStmt, label string, needDefault bool) bool {
	for _, clause := range body.List {
		var list []ast.Stmt
		switch c := clause.(type) {
		case *ast.CaseClause:
			list = c.Body
			needDefault = needDefault && c.List != nil
		case *ast.CommClause:
			list = c.Body
		}
		if !listTerminates(list) || slices.ContainsFunc(list, func(s ast.Stmt) bool { return hasBreak(s, label) }) {
			return false
		}
	}
	return !needDefault
}

// hasBreak reports whether root holds a break out of the statement that it is
// the body of: one without a label, or one that names label.
func hasBreak(root ast.Node, label string) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if label != "" {
				found = found || hasLabelledBreak(n, label)
			}
			return false
		case *ast.BranchStmt:
			found = found || n.Tok == token.BREAK && (n.Label == nil || n.Label.Name == label)
		}
		return !found
	})
	return found
}

func hasLabelledBreak(root ast.Node, label string) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.BREAK && b.Label != nil && b.Label.Name == label {
			found = true
		}
		return !found
	})
	return found
}
