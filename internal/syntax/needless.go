package syntax

import (
	"bytes"
	"go/ast"
	"go/token"
)

// Needless is what gofmt takes away from code (go/printer: nodes.go).
type Needless struct {
	parens  map[int]bool // by offset
	headers [][2]int     // ranges of offsets in which semicolons do not count
}

// Paren reports whether the parenthesis at an offset is needless.
func (n *Needless) Paren(offset int) bool { return n.parens[offset] }

// Semicolon reports whether a semicolon at an offset is.
func (n *Needless) Semicolon(offset int) bool {
	for _, h := range n.headers {
		if h[0] <= offset && offset < h[1] {
			return true
		}
	}
	return false
}

// Any reports whether there is something needless at all.
func (n *Needless) Any() bool { return len(n.parens)+len(n.headers) > 0 }

// FindNeedless finds below root the parentheses around the condition, tag or range of a
// header, around other parentheses, around a parameter's type and around a
// single result, and the semicolons of a header that has one part only.
func FindNeedless(file *token.File, src []byte, root ast.Node) Needless {
	f := needlessFinder{file: file, src: src}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			f.header(n.If, n.Init, n.Cond, nil, n.Body)
		case *ast.ForStmt:
			f.header(n.For, n.Init, n.Cond, n.Post, n.Body)
		case *ast.SwitchStmt:
			f.header(n.Switch, n.Init, n.Tag, nil, n.Body)
		case *ast.TypeSwitchStmt:
			if n.Init == nil {
				f.needlessSemicolons(n.Switch, n.Assign.Pos())
			}
		case *ast.RangeStmt:
			f.around(n.X)
		case *ast.ParenExpr:
			if _, double := n.X.(*ast.ParenExpr); double {
				f.pair(n.Lparen, n.Rparen)
			}
		case *ast.FuncType:
			f.parameters(n.TypeParams)
			f.parameters(n.Params)
			f.results(n.Results)
		case *ast.FuncDecl:
			f.parameters(n.Recv)
		}
		return true
	})
	return f.Needless
}

type needlessFinder struct {
	Needless
	file *token.File
	src  []byte
}

func (f *needlessFinder) header(keyword token.Pos, init ast.Stmt, expr ast.Expr, post ast.Stmt, body *ast.BlockStmt) {
	f.around(expr)
	if init != nil || post != nil {
		return
	}
	if expr == nil {
		f.needlessSemicolons(keyword, body.Lbrace)
		return
	}
	f.needlessSemicolons(keyword, expr.Pos())
	f.needlessSemicolons(expr.End(), body.Lbrace)
}

// needlessSemicolons notes a range if it may hold any, which is rare.
func (f *needlessFinder) needlessSemicolons(from, to token.Pos) {
	h := [2]int{f.file.Offset(from), f.file.Offset(to)}
	if bytes.ContainsAny(f.src[h[0]:h[1]], ";\n") {
		f.headers = append(f.headers, h)
	}
}

// around takes the parentheses around an expression. The expression may be
// absent.
func (f *needlessFinder) around(e ast.Expr) {
	for {
		p, ok := e.(*ast.ParenExpr)
		if !ok {
			return
		}
		f.pair(p.Lparen, p.Rparen)
		e = p.X
	}
}

func (f *needlessFinder) parameters(list *ast.FieldList) {
	if list == nil {
		return
	}
	for _, field := range list.List {
		f.around(field.Type)
	}
}

func (f *needlessFinder) results(list *ast.FieldList) {
	f.parameters(list)
	if list == nil || !list.Opening.IsValid() {
		return
	}
	if list.NumFields() == 0 || list.NumFields() == 1 && list.List[0].Names == nil {
		f.pair(list.Opening, list.Closing)
	}
}

func (f *needlessFinder) pair(opening, closing token.Pos) {
	if f.parens == nil {
		f.parens = make(map[int]bool)
	}
	f.parens[f.file.Offset(opening)] = true
	f.parens[f.file.Offset(closing)] = true
}
