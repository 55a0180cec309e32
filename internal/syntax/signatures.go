package syntax

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
)

// Signature is the header of a function that has a body.
//
// Its own text reaches from the keyword func up to and including the body's
// opening brace: receiver, name, type parameters, parameters and results. A
// function literal in it, which only the length of an array type can hold, is
// a function of its own and not part of the text.
type Signature struct {
	Func ast.Node // *ast.FuncDecl or *ast.FuncLit
	Body *ast.BlockStmt
	Own  []Extent // ascending, not empty, not overlapping
}

// Signatures returns the signature of every function and function literal
// under root, in the order of their positions. A declaration without a body has
// none, since nothing can be inserted there.
func Signatures(root ast.Node) []Signature {
	var all []Signature
	ast.Inspect(root, func(n ast.Node) bool {
		if s, ok := SignatureOf(n); ok {
			all = append(all, s)
		}
		return true
	})
	return all
}

// SignatureOf returns the signature of a function declaration or literal. ok is
// false for other nodes and where there is no body.
func SignatureOf(n ast.Node) (s Signature, ok bool) {
	switch f := n.(type) {
	case *ast.FuncDecl:
		if f.Body == nil {
			return Signature{}, false
		}
		parts := []ast.Node{f.Type}
		if f.Recv != nil {
			parts = append(parts, f.Recv)
		}
		return Signature{f, f.Body, signatureText(f.Pos(), f.Body, parts...)}, true
	case *ast.FuncLit:
		return Signature{f, f.Body, signatureText(f.Pos(), f.Body, f.Type)}, true
	}
	return Signature{}, false
}

// signatureText returns the text from pos up to the body's brace without the
// literals in the signature's types.
func signatureText(pos token.Pos, body *ast.BlockStmt, types ...ast.Node) []Extent {
	var literals []Extent
	for _, t := range types {
		ast.Inspect(t, func(n ast.Node) bool {
			lit, ok := n.(*ast.FuncLit)
			if ok {
				literals = append(literals, Extent{lit.Pos(), lit.End()})
			}
			return !ok
		})
	}
	return without(Extent{pos, body.Lbrace + 1}, literals)
}

// without returns what of e lies outside the holes, which ascend once sorted
// and do not overlap.
func without(e Extent, holes []Extent) []Extent {
	slices.SortFunc(holes, func(a, b Extent) int { return cmp.Compare(a.Pos, b.Pos) })
	var parts []Extent
	for _, hole := range holes {
		if e.Pos < hole.Pos {
			parts = append(parts, Extent{e.Pos, min(hole.Pos, e.End)})
		}
		e.Pos = max(e.Pos, hole.End)
	}
	if e.Pos < e.End {
		parts = append(parts, e)
	}
	return parts
}
