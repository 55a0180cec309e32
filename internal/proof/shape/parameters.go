package shape

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
)

// Function is a declared function or method.
type Function struct {
	Name       string // with package and receiver: toolexec.(*runner).link
	File       string
	Parameters int  // without the receiver
	TakesError bool // a parameter is an error or a list of errors
}

// Functions returns the declared functions of p, with the most parameters first.
func Functions(p Package) []Function {
	var result []Function
	for _, file := range p.Syntax {
		for _, declaration := range file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			object := p.TypesInfo.Defs[f.Name].(*types.Func)
			name, _ := ofPackage(object)
			if f.Recv == nil {
				name = f.Name.Name // init and _ are in no scope
			}
			parameters := object.Signature().Params()
			function := Function{Name: p.Path + "." + name, File: p.file(f.Pos()), Parameters: parameters.Len()}
			for v := range parameters.Variables() {
				function.TakesError = function.TakesError || isError(v.Type())
			}
			result = append(result, function)
		}
	}
	slices.SortFunc(result, func(a, b Function) int {
		return cmp.Or(cmp.Compare(b.Parameters, a.Parameters), cmp.Compare(a.Name, b.Name))
	})
	return result
}

func isError(t types.Type) bool {
	if list, ok := t.(*types.Slice); ok {
		t = list.Elem()
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}
