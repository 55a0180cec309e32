package vet

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/config"
)

// redactedNames returns the names in a function that forbid recording their values,
// in order. Literals in it are functions of their own. Types, which may forbid it too,
// are only known to the build.
func redactedNames(file *ast.File, pos token.Pos, words []string) []string {
	var found []string
	var function ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Pos() == pos {
				function = n
				return true
			}
			return n.Pos() <= pos && pos < n.End() // a literal in it
		case *ast.FuncLit:
			if n.Pos() == pos && function == nil {
				function = n
				return true
			}
			return function == nil && n.Pos() <= pos && pos < n.End()
		case *ast.Ident:
			if function != nil && n.Pos() >= function.Pos() && n.Pos() < function.End() && config.Redacts(words, n.Name) && !slices.Contains(found, n.Name) {
				found = append(found, n.Name)
			}
		}
		return true
	})
	slices.Sort(found)
	return found
}

// notRecordable returns the declared functions of a file that are in the trace scope
// and cannot be recorded, and why. found has the positions of those that can be.
func notRecordable(file *ast.File, found map[token.Pos]bool, wanted func(d *ast.FuncDecl) bool) map[*ast.FuncDecl]string {
	left := make(map[*ast.FuncDecl]string)
	for _, decl := range file.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if !ok || found[d.Pos()] || !wanted(d) {
			continue
		}
		switch {
		case d.Body == nil:
			left[d] = "it has no body in Go, such as a function in assembly"
		case d.Name.Name == "_":
			left[d] = "nobody can call it"
		default:
			left[d] = "it " + markOf(d)
		}
	}
	return left
}

// markOf says which directive forbids code of goat's in a function.
func markOf(d *ast.FuncDecl) string {
	if d.Doc != nil {
		for _, c := range d.Doc.List {
			if name, _, _ := strings.Cut(c.Text, " "); strings.HasPrefix(name, "//go:") && name != "//go:noinline" {
				return "is marked " + name
			}
		}
	}
	return "is bound by a directive, such as go:linkname, or exported to C"
}
