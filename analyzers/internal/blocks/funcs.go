package blocks

import (
	"go/ast"
	"go/token"
	"strconv"
)

// Counters counts what the runtime numbers through all files of a package.
type Counters struct {
	inits    int // init functions
	literals int // function literals in package-level initialisers
}

// Functions returns a file's functions and literals that may hold a point.
// Callers pass the same Counters for all files of a package, in the order in
// which they are compiled.
func Functions(file *ast.File, m Marker, c *Counters) []*Func {
	w := &walker{marker: m, barred: barredOf(file)}
	prev := file.Name.End()
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			name := declName(d, c)
			if d.Body != nil && d.Name.Name != "_" && m.Touches(d.Pos(), d.End()) && !w.barred.bars(d, prev) {
				w.declaration(d, name)
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR {
				w.variables(d, c)
			}
		}
		prev = decl.End()
	}
	return w.funcs
}

// declName names a declared function as the runtime does: "F", "F[...]" if
// generic, "T.M", "(*T).M", "(*T[...]).M", "init.0".
func declName(d *ast.FuncDecl, c *Counters) string {
	name := d.Name.Name
	if d.Recv == nil || len(d.Recv.List) == 0 {
		if name == "init" && d.Type.TypeParams == nil {
			name = "init." + strconv.Itoa(c.inits)
			c.inits++
		}
		return name + typeArgs(d.Type.TypeParams != nil)
	}
	recv, pointer := ast.Unparen(d.Recv.List[0].Type), false
	if star, ok := recv.(*ast.StarExpr); ok {
		recv, pointer = ast.Unparen(star.X), true
	}
	generic := false
	switch r := recv.(type) {
	case *ast.IndexExpr:
		recv, generic = r.X, true
	case *ast.IndexListExpr:
		recv, generic = r.X, true
	}
	base := "?"
	if id, ok := ast.Unparen(recv).(*ast.Ident); ok {
		base = id.Name
	}
	base += typeArgs(generic)
	if pointer {
		base = "(*" + base + ")"
	}
	return base + "." + name + typeArgs(d.Type.TypeParams != nil)
}

func typeArgs(generic bool) string {
	if generic {
		return "[...]"
	}
	return ""
}

// declaration lays out a declared function.
func (w *walker) declaration(d *ast.FuncDecl, name string) {
	if w.marker.IgnoresDecl(d.Doc) {
		w.marker.Ignored(d.Pos(), d.End())
		return
	}
	w.function(d, d.Body, naming{name: name, top: true})
}

// variables lays out the literals in a package-level declaration. The runtime
// numbers them through the package as if they were all in one function init.
func (w *walker) variables(d *ast.GenDecl, c *Counters) {
	outer := &naming{name: "init", top: true, literals: c.literals}
	ignored := w.ignored
	w.ignored = ignored || w.marker.IgnoresDecl(d.Doc)
	for _, spec := range d.Specs {
		s, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		around := w.ignored
		w.ignored = around || w.marker.IgnoresDecl(s.Doc)
		if w.ignored {
			w.marker.Ignored(s.Pos(), s.End())
		}
		w.literals(outer, s)
		w.ignored = around
	}
	w.ignored = ignored
	c.literals = outer.literals
}

// naming is a function's name and how many literals are named after it so far.
type naming struct {
	name     string
	top      bool // a declared function, not a literal
	literals int
}

// next names the next literal in source order (cmd/compile/internal/ir:
// closureName): F.func1 in a declared function, F.func1.1 in a literal.
func (n *naming) next() string {
	n.literals++
	if n.top {
		return n.name + ".func" + strconv.Itoa(n.literals)
	}
	return n.name + "." + strconv.Itoa(n.literals)
}
