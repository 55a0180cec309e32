package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// align finds the counterpart of each statement of the user's file in the file
// that the compiler reads after cover, cgo or both have rewritten it. Points
// are found in the user's file and inserted into the rewritten one.
//
// cover adds counter statements, an extra block in each else, and a counter
// between a label and its statement. cgo rewrites expressions and may wrap a
// call in function literals of its own. Neither drops or reorders the user's
// statements or nests them otherwise, so align walks both trees side by side.
// If they do not match, it fails and the file stays as it is.
func align(user, compiled *ast.File) (map[ast.Node]ast.Node, error) {
	a := &aligner{counterparts: make(map[ast.Node]ast.Node)}
	if err := a.functions(funcDecls(user), funcDecls(compiled)); err != nil {
		return nil, err
	}
	if err := a.literals(initializers(user), initializers(compiled)); err != nil {
		return nil, fmt.Errorf("in a package-level initializer: %w", err)
	}
	return a.counterparts, nil
}

type aligner struct {
	counterparts map[ast.Node]ast.Node
}

func funcDecls(file *ast.File) []*ast.FuncDecl {
	var decls []*ast.FuncDecl
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			decls = append(decls, f)
		}
	}
	return decls
}

func initializers(file *ast.File) []ast.Node {
	var nodes []ast.Node
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			nodes = append(nodes, g)
		}
	}
	return nodes
}

func (a *aligner) functions(user, compiled []*ast.FuncDecl) error {
	if len(user) != len(compiled) {
		return fmt.Errorf("%d functions became %d", len(user), len(compiled))
	}
	for i, f := range user {
		g := compiled[i]
		if f.Name.Name != g.Name.Name || (f.Body == nil) != (g.Body == nil) {
			return fmt.Errorf("function %s became %s", f.Name.Name, g.Name.Name)
		}
		if f.Body == nil {
			continue
		}
		if err := a.block(f.Body, g.Body); err != nil {
			return fmt.Errorf("in function %s: %w", f.Name.Name, err)
		}
	}
	return nil
}

func (a *aligner) block(user, compiled *ast.BlockStmt) error {
	a.counterparts[user] = compiled
	return a.list(user.List, compiled.List)
}

// list walks the statements of two blocks, without empty statements and those
// that cover added.
func (a *aligner) list(user, compiled []ast.Stmt) error {
	user, compiled = substance(user), substance(compiled)
	for len(user) > 0 && len(compiled) > 0 {
		if l, ok := compiled[0].(*ast.LabeledStmt); ok && isCounter(l.Stmt) && len(compiled) > 1 {
			if ul, ok := user[0].(*ast.LabeledStmt); ok { // L: counter; stmt
				a.counterparts[ul] = l
				if err := a.statement(ul.Stmt, compiled[1]); err != nil {
					return err
				}
				user, compiled = user[1:], compiled[2:]
				continue
			}
		}
		if err := a.statement(user[0], compiled[0]); err != nil {
			return err
		}
		user, compiled = user[1:], compiled[1:]
	}
	if len(user) != len(compiled) {
		return fmt.Errorf("%d statements have no counterpart", len(user)+len(compiled))
	}
	return nil
}

// substance returns the user's statements that do something.
func substance(list []ast.Stmt) []ast.Stmt {
	var own []ast.Stmt
	for _, s := range list {
		if !isEmpty(s) && !isCounter(s) {
			own = append(own, s)
		}
	}
	return own
}

// isCounter recognises the statements that cover inserts: assignments to,
// increments of, or atomic operations on a goCover_… array.
func isCounter(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return startsWithIdent(s.Lhs[0], "goCover_")
	case *ast.IncDecStmt:
		return startsWithIdent(s.X, "goCover_")
	case *ast.ExprStmt:
		return startsWithIdent(s.X, "_cover_atomic_")
	}
	return false
}

// startsWithIdent reports whether the leftmost identifier of an expression has
// one of the prefixes.
func startsWithIdent(e ast.Expr, prefixes ...string) bool {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			for _, p := range prefixes {
				if strings.HasPrefix(x.Name, p) {
					return true
				}
			}
			return false
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.CallExpr:
			e = x.Fun
		case *ast.ParenExpr:
			e = x.X
		default:
			return false
		}
	}
}

func (a *aligner) statement(user, compiled ast.Stmt) error {
	if fmt.Sprintf("%T", user) != fmt.Sprintf("%T", compiled) {
		return fmt.Errorf("%T became %T", user, compiled)
	}
	a.counterparts[user] = compiled
	switch u := user.(type) {
	case *ast.BlockStmt:
		return a.block(u, compiled.(*ast.BlockStmt))
	case *ast.LabeledStmt:
		c := compiled.(*ast.LabeledStmt)
		if isEmpty(u.Stmt) {
			a.counterparts[u.Stmt] = c.Stmt
			return nil
		}
		return a.statement(u.Stmt, c.Stmt)
	case *ast.IfStmt:
		return a.ifStatement(u, compiled.(*ast.IfStmt))
	case *ast.ForStmt:
		c := compiled.(*ast.ForStmt)
		return a.branching(nodes(u.Init, u.Cond, u.Post), nodes(c.Init, c.Cond, c.Post), u.Body, c.Body)
	case *ast.RangeStmt:
		c := compiled.(*ast.RangeStmt)
		return a.branching(nodes(u.Key, u.Value, u.X), nodes(c.Key, c.Value, c.X), u.Body, c.Body)
	case *ast.SwitchStmt:
		c := compiled.(*ast.SwitchStmt)
		return a.branching(nodes(u.Init, u.Tag), nodes(c.Init, c.Tag), u.Body, c.Body)
	case *ast.TypeSwitchStmt:
		c := compiled.(*ast.TypeSwitchStmt)
		return a.branching(nodes(u.Init, u.Assign), nodes(c.Init, c.Assign), u.Body, c.Body)
	case *ast.SelectStmt:
		return a.branching(nil, nil, u.Body, compiled.(*ast.SelectStmt).Body)
	case *ast.CaseClause:
		c := compiled.(*ast.CaseClause)
		if err := a.literals(exprs(u.List), exprs(c.List)); err != nil {
			return err
		}
		return a.list(u.Body, c.Body)
	case *ast.CommClause:
		c := compiled.(*ast.CommClause)
		if err := a.literals(nodes(u.Comm), nodes(c.Comm)); err != nil {
			return err
		}
		return a.list(u.Body, c.Body)
	}
	return a.literals([]ast.Node{user}, []ast.Node{compiled})
}

func (a *aligner) branching(userHeader, compiledHeader []ast.Node, user, compiled *ast.BlockStmt) error {
	if err := a.literals(userHeader, compiledHeader); err != nil {
		return err
	}
	return a.block(user, compiled)
}

func (a *aligner) ifStatement(user, compiled *ast.IfStmt) error {
	if err := a.branching(nodes(user.Init, user.Cond), nodes(compiled.Init, compiled.Cond), user.Body, compiled.Body); err != nil {
		return err
	}
	if (user.Else == nil) != (compiled.Else == nil) {
		return fmt.Errorf("an else appeared or vanished")
	}
	if user.Else == nil {
		return nil
	}
	compiledElse := compiled.Else
	if block, ok := compiledElse.(*ast.BlockStmt); ok && len(block.List) == 2 && isCounter(block.List[0]) {
		// cover's extra block: else{counter; if …} or else{counter; {…}}
		switch block.List[1].(type) {
		case *ast.IfStmt, *ast.BlockStmt:
			if fmt.Sprintf("%T", user.Else) == fmt.Sprintf("%T", block.List[1]) {
				compiledElse = block.List[1]
			}
		}
	}
	return a.statement(user.Else, compiledElse)
}

// literals walks the function literals in two lists of nodes, without those
// that cgo added.
func (a *aligner) literals(user, compiled []ast.Node) error {
	us, cs := literalsIn(user), literalsIn(compiled)
	if len(us) != len(cs) {
		return fmt.Errorf("%d function literals became %d", len(us), len(cs))
	}
	for i, u := range us {
		if err := a.block(u.Body, cs[i].Body); err != nil {
			return err
		}
	}
	return nil
}

// literalsIn returns the user's outermost function literals in source order.
func literalsIn(list []ast.Node) []*ast.FuncLit {
	var found []*ast.FuncLit
	for _, n := range list {
		ast.Inspect(n, func(n ast.Node) bool {
			lit, ok := n.(*ast.FuncLit)
			if !ok {
				return true
			}
			if isCgoLiteral(lit) {
				return true // it contains the user's literals among the arguments
			}
			found = append(found, lit)
			return false
		})
	}
	return found
}

// isCgoLiteral recognises the literals in which cgo evaluates and checks the
// arguments of a call. They begin with one of cgo's names (cmd/cgo:
// rewriteCall). A literal of the user's may also begin with a call of C.
func isCgoLiteral(lit *ast.FuncLit) bool {
	if len(lit.Body.List) == 0 {
		return false
	}
	switch s := lit.Body.List[0].(type) {
	case *ast.DeclStmt: // var _cgo0 T = …
		spec, ok := s.Decl.(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
		return ok && startsWithIdent(spec.Names[0], "_cgo")
	case *ast.AssignStmt: // _cgo0 := …
		return startsWithIdent(s.Lhs[0], "_cgo")
	case *ast.ExprStmt: // _cgoCheckPointer(…)
		return startsWithIdent(s.X, "_cgo")
	}
	return false
}

// nodes returns the parts that exist. A missing part is an interface without a
// value, which no case matches.
func nodes(parts ...any) []ast.Node {
	var list []ast.Node
	for _, p := range parts {
		switch p := p.(type) {
		case ast.Stmt:
			list = append(list, p)
		case ast.Expr:
			list = append(list, p)
		}
	}
	return list
}

func exprs(list []ast.Expr) []ast.Node {
	out := make([]ast.Node, len(list))
	for i, e := range list {
		out[i] = e
	}
	return out
}
