package trace

import (
	"go/ast"
	"go/token"
	"strings"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
)

// The compiler inlines a function of at most 80 nodes (cmd/compile/internal/inline).
// A function that is recorded has more. In a function of half as many nodes the call
// takes longer than what it does, and a service in production may notice that. So tiny
// functions are recorded only if that is asked for.
//
// The estimate needs no types, so that goat-vet can say which functions these are. It
// counts as the compiler does, but for what only the compiler knows: which functions
// of other packages are inlined, what is constant, and what conversions it adds.

const (
	inlineBudget = 80
	// tiny is the cost up to which a function is left out.
	tiny     = 40
	callCost = 57
	// foreignCost is what a call of another package's function costs: most are not
	// inlined.
	foreignCost = callCost
)

// costs estimates what functions of a package cost the compiler's inliner.
type costs struct {
	byName map[string]*ast.FuncDecl // by the last part; nil for a name that several have
	known  map[*ast.FuncDecl]int
	open   map[*ast.FuncDecl]bool // those whose cost is being estimated
}

// never is the cost of what is not inlined.
const never = 1 << 20

func newCosts(files []*ast.File) *costs {
	c := &costs{byName: make(map[string]*ast.FuncDecl), known: make(map[*ast.FuncDecl]int), open: make(map[*ast.FuncDecl]bool)}
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				if _, twice := c.byName[d.Name.Name]; twice {
					c.byName[d.Name.Name] = nil
				} else {
					c.byName[d.Name.Name] = d
				}
			}
		}
	}
	return c
}

// inlines reports whether a function is tiny, so that the compiler inlines it. Of a
// literal it says no: most are passed on, and called through a variable.
func (c *costs) inlines(f *blocks.Func) bool {
	d, ok := f.Node.(*ast.FuncDecl)
	return ok && c.of(d) <= tiny
}

func (c *costs) of(d *ast.FuncDecl) int {
	if n, ok := c.known[d]; ok {
		return n
	}
	c.open[d] = true
	defer delete(c.open, d)
	n := never
	called := d.Recv != nil || d.Name.Name != "main" && d.Name.Name != "init" // by other functions
	if d.Body != nil && called && !pragma(d, "//go:noinline") && !pragma(d, "//go:norace") {
		n = c.block(d.Body.List)
	}
	c.known[d] = n
	return n
}

func pragma(d *ast.FuncDecl, name string) bool {
	if d.Doc == nil {
		return false
	}
	for _, comment := range d.Doc.List {
		if strings.HasPrefix(comment.Text, name) {
			return true
		}
	}
	return false
}

func (c *costs) block(list []ast.Stmt) int {
	n := 0
	for _, s := range list {
		n += c.stmt(s)
	}
	return n
}

// stmt returns the cost of a statement.
func (c *costs) stmt(s ast.Stmt) int {
	switch s := s.(type) {
	case nil, *ast.EmptyStmt:
		return 0
	case *ast.ExprStmt:
		return c.expr(s.X)
	case *ast.AssignStmt:
		n := 1 + c.exprs(s.Lhs) + c.exprs(s.Rhs)
		if s.Tok == token.DEFINE {
			n += len(s.Lhs)
		}
		return n
	case *ast.IncDecStmt:
		return 2 + c.expr(s.X)
	case *ast.ReturnStmt:
		return 1 + c.exprs(s.Results)
	case *ast.BlockStmt:
		return c.block(s.List)
	case *ast.LabeledStmt:
		return 1 + c.stmt(s.Stmt)
	case *ast.IfStmt:
		return 1 + c.stmt(s.Init) + c.expr(s.Cond) + c.block(s.Body.List) + c.stmt(s.Else)
	case *ast.ForStmt:
		return 1 + c.stmt(s.Init) + c.expr(s.Cond) + c.stmt(s.Post) + c.block(s.Body.List)
	case *ast.RangeStmt:
		return 1 + c.expr(s.Key) + c.expr(s.Value) + c.expr(s.X) + c.block(s.Body.List)
	case *ast.SwitchStmt:
		return 1 + c.stmt(s.Init) + c.expr(s.Tag) + c.block(s.Body.List)
	case *ast.TypeSwitchStmt:
		return 2 + c.stmt(s.Init) + c.stmt(s.Assign) + c.block(s.Body.List)
	case *ast.CaseClause:
		return 1 + c.exprs(s.List) + c.block(s.Body)
	case *ast.BranchStmt:
		return 1
	case *ast.SendStmt:
		return 1 + c.expr(s.Chan) + c.expr(s.Value)
	case *ast.DeclStmt:
		return c.decl(s.Decl.(*ast.GenDecl))
	}
	return never // select, go, defer
}

func (c *costs) decl(d *ast.GenDecl) int {
	if d.Tok == token.TYPE {
		return never
	}
	n := 0
	if d.Tok == token.VAR {
		for _, spec := range d.Specs {
			v := spec.(*ast.ValueSpec)
			n += 1 + 2*len(v.Names) + c.exprs(v.Values)
		}
	}
	return n
}

func (c *costs) exprs(list []ast.Expr) int {
	n := 0
	for _, e := range list {
		n += c.expr(e)
	}
	return n
}

// expr returns the cost of an expression.
func (c *costs) expr(e ast.Expr) int {
	switch e := e.(type) {
	case nil:
		return 0
	case *ast.ParenExpr:
		return c.expr(e.X)
	case *ast.SelectorExpr:
		return 1 + c.expr(e.X)
	case *ast.IndexExpr:
		return 1 + c.expr(e.X) + c.expr(e.Index)
	case *ast.SliceExpr:
		return 1 + c.expr(e.X) + c.expr(e.Low) + c.expr(e.High) + c.expr(e.Max)
	case *ast.StarExpr:
		return 1 + c.expr(e.X)
	case *ast.UnaryExpr:
		return 1 + c.expr(e.X)
	case *ast.BinaryExpr:
		if literals(e.X) && literals(e.Y) {
			return 1
		}
		return 1 + c.expr(e.X) + c.expr(e.Y)
	case *ast.TypeAssertExpr:
		return 1 + c.expr(e.X)
	case *ast.KeyValueExpr:
		return 1 + c.expr(e.Value)
	case *ast.CompositeLit:
		return 1 + c.exprs(e.Elts)
	case *ast.CallExpr:
		return c.call(e)
	}
	return 1 // names, literals, types; function literals, whose body is not counted
}

func literals(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.ParenExpr:
		return literals(e.X)
	case *ast.UnaryExpr:
		return literals(e.X)
	case *ast.BinaryExpr:
		return literals(e.X) && literals(e.Y)
	}
	return false
}

// call returns the cost of a call. A call of a name that a package-level function of
// the package has is taken for one of it.
func (c *costs) call(e *ast.CallExpr) int {
	args := c.exprs(e.Args)
	fun := ast.Unparen(e.Fun)
	switch index := fun.(type) {
	case *ast.IndexExpr:
		fun = index.X
	case *ast.IndexListExpr:
		fun = index.X
	}
	name := ""
	switch fun := fun.(type) {
	case *ast.Ident:
		name = fun.Name
		switch name {
		case "recover":
			return never
		case "panic":
			return 2 + args
		case "new", "make":
			return 1 + c.exprs(e.Args[min(1, len(e.Args)):])
		}
		if builtinOrType[name] && c.byName[name] == nil {
			return 1 + args
		}
	case *ast.SelectorExpr:
		name = fun.Sel.Name
		args += c.expr(fun.X)
	case *ast.ArrayType, *ast.InterfaceType, *ast.StarExpr, *ast.FuncType, *ast.MapType, *ast.ChanType:
		return 1 + args
	}
	if d := c.byName[name]; d != nil {
		if c.open[d] { // a recursive function is not inlined
			return never
		}
		if cost := c.of(d); cost <= inlineBudget {
			return 2 + cost + args
		}
		return 2 + callCost + args
	}
	return 2 + foreignCost + args
}

// builtinOrType are the predeclared functions and types that a call may name.
var builtinOrType = map[string]bool{
	"append": true, "cap": true, "clear": true, "close": true, "complex": true, "copy": true, "delete": true, "imag": true, "len": true,
	"max": true, "min": true, "print": true, "println": true, "real": true,
	"any": true, "bool": true, "byte": true, "complex64": true, "complex128": true, "error": true, "float32": true, "float64": true,
	"int": true, "int8": true, "int16": true, "int32": true, "int64": true, "rune": true, "string": true,
	"uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true, "uintptr": true,
}
