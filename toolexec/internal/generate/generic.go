package generate

import (
	"go/ast"
	"go/token"
	"slices"
)

// genericDecl is a generic function, or a method of a generic type.
type genericDecl struct {
	file *File
	decl *ast.FuncDecl
	name string // its own name, or that of the method's type
}

type genericDecls []genericDecl

// hold reports whether a node of a file is in one of the declarations. Each
// file has its own positions.
func (g genericDecls) hold(file *File, n ast.Node) bool {
	return slices.ContainsFunc(g, func(d genericDecl) bool {
		return d.file == file && d.decl.Pos() <= n.Pos() && n.Pos() < d.decl.End()
	})
}

func (g genericDecls) declare(name string) bool {
	return slices.ContainsFunc(g, func(d genericDecl) bool { return d.name == name })
}

// compiledElsewhere returns the functions that other packages compile
// themselves: generic ones that they can name, and generic ones that these use
// in turn. Nothing in a main package can be named by others.
func (p *Package) compiledElsewhere() genericDecls {
	generic := p.genericDecls()
	reached := make(map[string]bool)
	for _, d := range generic {
		if token.IsExported(d.name) {
			reached[d.name] = true
		}
	}
	for before := -1; before != len(reached); {
		before = len(reached)
		for _, d := range generic {
			if !reached[d.name] {
				continue
			}
			ast.Inspect(d.decl, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && generic.declare(id.Name) {
					reached[id.Name] = true
				}
				return true
			})
		}
	}
	return slices.DeleteFunc(generic, func(d genericDecl) bool { return !reached[d.name] })
}

func (p *Package) genericDecls() genericDecls {
	var found genericDecls
	for _, f := range p.Files {
		if f.Syntax == nil || f.Syntax.Name.Name == "main" {
			continue
		}
		for _, d := range f.Syntax.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && isGeneric(d) {
				found = append(found, genericDecl{f, d, reachedAs(d)})
			}
		}
	}
	return found
}

func isGeneric(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return d.Type.TypeParams != nil
	}
	_, generic := receiverType(d)
	return generic
}

func reachedAs(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	name, _ := receiverType(d)
	return name
}

// receiverType returns the name of a method's type, and whether it has type
// parameters.
func receiverType(d *ast.FuncDecl) (name string, generic bool) {
	if len(d.Recv.List) == 0 {
		return "", false
	}
	t := ast.Unparen(d.Recv.List[0].Type)
	if star, ok := t.(*ast.StarExpr); ok {
		t = ast.Unparen(star.X)
	}
	switch indexed := t.(type) {
	case *ast.IndexExpr:
		t, generic = indexed.X, true
	case *ast.IndexListExpr:
		t, generic = indexed.X, true
	}
	if id, ok := ast.Unparen(t).(*ast.Ident); ok {
		name = id.Name
	}
	return name, generic
}
