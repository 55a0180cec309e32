package generate

import (
	"bytes"
	"go/ast"
	"slices"
	"strconv"
)

// freeType returns a predeclared integer type of four bytes that the package
// does not redeclare.
func freeType(p *Package) string {
	for _, name := range []string{"uint32", "int32", "rune"} {
		if !declares(p, name) {
			return name
		}
	}
	return "uint32" // does not compile, so the package keeps its own files
}

// declares reports whether a package-level declaration has this name.
func declares(p *Package, name string) bool {
	return slices.ContainsFunc(p.declarations(), func(d ast.Decl) bool { return slices.Contains(declaredNames(d), name) })
}

func declaredNames(d ast.Decl) []string {
	var names []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

// freePrefix returns an identifier that occurs in no file of the package, so
// that no name of the user's can be one of goat's.
func freePrefix(p *Package) string {
	for n := 0; ; n++ {
		prefix := "goatTrack"
		if n > 0 {
			prefix += strconv.Itoa(n)
		}
		free := true
		for _, f := range p.Files {
			free = free && !bytes.Contains(f.Src, []byte(prefix)) && !f.Text.Holds(prefix)
		}
		if free {
			return prefix
		}
	}
}
