package markers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// Whatever the file, it parses after a fix, and the block is gone.
func FuzzRemove(f *testing.F) {
	for _, src := range []string{
		"package p\nfunc f() {\n\t// +goat:generate\n\tg()\n\t// +goat:end\n}\n",
		"package p\nfunc f() { a() /* +goat:main */; g() /* +goat:end */; b() }\n",
		"package p\nfunc f() { switch { case x: // +goat:delete\n g() // +goat:end\n default: /* c */ } }\n",
		"package p\nfunc f() {\n if x { // +goat:user\n g() }\n // +goat:end\n}\n",
		"package p\nimport ( // +goat:import\n \"x\" // +goat:end\n)\n// +goat:tips\nvar x = []int{1, /* +goat:generate */ 2 /* +goat:end */}\n",
		"package p\r\nfunc f() { select { case <-a: /* +goat:generate */ g(); l: for {} // +goat:end\r\n } }",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments)
		if err != nil {
			return
		}
		in := text{fset.File(file.FileStart), src}
		for _, b := range find(in, file, nil) {
			if len(b.edits) == 0 || b.category != "block" {
				continue
			}
			rest := in.apply(b.edits)
			left, err := parser.ParseFile(token.NewFileSet(), "a.go", rest, parser.ParseComments)
			if err != nil {
				t.Fatalf("%v\nwithout %q:\n%s", err, src[in.file.Offset(b.pos):in.file.Offset(b.end)], rest)
			}
			if got, before := markersIn(left), markersIn(file); got >= before {
				t.Errorf("got %d markers, want fewer than %d, in\n%s", got, before, rest)
			}
		}
	})
}

func markersIn(file *ast.File) int {
	n := 0
	for _, group := range file.Comments {
		for _, c := range group.List {
			if _, ok := marker(c.Text); ok {
				n++
			}
		}
	}
	return n
}
