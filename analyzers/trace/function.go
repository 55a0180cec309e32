package trace

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/syntax"
	"github.com/goat-trace/goat/internal/trace"
)

// function is the state while one function is instrumented.
type function struct {
	*file
	node      ast.Node // *ast.FuncDecl or *ast.FuncLit
	body      *ast.BlockStmt
	signature *ast.FuncType
	fn        *trace.Function
	objects   map[types.Object]int
	exprs     map[string]int   // heap variables by their expression's text
	numbers   map[ast.Node]int // locations of statements and clauses
	heaps     map[int]ast.Expr // expressions of heap variables
	rounds    map[ast.Stmt]int // and of loops' rounds
	results   []string         // names, "" for goat's own
	// resultKinds says how results are recorded, see Op.
	resultKinds []int
	named       []*types.Var // results that the user has named
	deref       bool
	copied      bool // the body stands twice, see way.go
	run         run
	outcome     OpKind // of the condition that the next step says; 0 for none

	number        int                 // of the function in the package
	label         string              // of the statement that comes next
	nests         []nest              // the statements around the current one
	sharedVars    map[*types.Var]bool // see shared
	reachableVars map[*types.Var]bool // see reachable
}

// nest is a statement that a break or continue may name.
type nest struct {
	stmt     ast.Stmt
	body     *ast.BlockStmt
	label    string
	overFunc bool
}

// run is the event that the next step may be added to.
type run struct {
	edit   int // index of its edit, -1 for none
	values []pending
}

// pending is a value of a step in a run.
type pending struct{ edit, step int }

func (f *function) add(a point.Anchor, n ast.Node, op Op) {
	f.edits = append(f.edits, Edit{Anchor: a, Node: n, Op: op})
}

func (f *function) after(n ast.Node, op Op) {
	f.edits = append(f.edits, Edit{Place: After, Node: n, Op: op})
}

func (f *function) at(pos token.Pos, drop int, op Op) {
	f.edits = append(f.edits, Edit{Place: At, Pos: pos, Drop: drop, Op: op})
}

// parameters adds the parameters to the table, and returns what records their
// values.
func (f *function) parameters(list *ast.FieldList) []Op {
	if list == nil {
		return nil
	}
	var ops []Op
	for _, field := range list.List {
		for _, id := range field.Names {
			v, ok := f.Info.Defs[id].(*types.Var)
			if !ok || id.Name == "_" {
				continue
			}
			n := f.variable(v)
			f.fn.Params = append(f.fn.Params, n)
			ops = append(ops, f.value(n, id.Name, v.Type())...)
		}
	}
	return ops
}

// nameResults gives unnamed results a name, so that a deferred call can read them.
func (f *function) nameResults() {
	list := f.signature.Results
	if list == nil || len(list.List) == 0 {
		return
	}
	own := func(field *ast.Field) int {
		f.results = append(f.results, "")
		f.named = append(f.named, nil)
		f.fn.Results = append(f.fn.Results, f.result("", field.Type, -1))
		return len(f.results) - 1
	}
	if len(list.List[0].Names) == 0 {
		if !list.Opening.IsValid() {
			f.at(list.List[0].Type.Pos(), 0, Op{Kind: ResultOpen})
			own(list.List[0])
			f.at(list.List[0].Type.End(), 0, Op{Kind: ResultClose})
			return
		}
		for _, field := range list.List {
			f.at(field.Type.Pos(), 0, Op{Kind: ResultName, Number: own(field)})
		}
		return
	}
	for _, field := range list.List {
		for _, id := range field.Names {
			v, ok := f.Info.Defs[id].(*types.Var)
			if !ok || id.Name == "_" {
				f.at(id.Pos(), len(id.Name), Op{Kind: ResultName, Number: own(field)})
				continue
			}
			f.results = append(f.results, id.Name)
			f.named = append(f.named, v)
			f.fn.Results = append(f.fn.Results, f.result(id.Name, field.Type, f.variable(v)))
		}
	}
}

func (f *function) result(name string, typ ast.Expr, variable int) trace.Result {
	t := f.Info.TypeOf(typ)
	kind := 0
	if !f.Redacts(name) && !f.hides(t) && f.tooLarge(t) == "" {
		kind = Plain
		if typed(t) {
			kind = Dynamic
		}
	}
	f.resultKinds = append(f.resultKinds, kind)
	return trace.Result{Name: name, Type: f.typeString(t), Redacted: f.Redacts(name) || f.hides(t), Variable: variable}
}

func (f *function) typeString(t types.Type) string {
	if t == nil {
		return ""
	}
	return types.TypeString(t, func(p *types.Package) string {
		if p == f.Pkg {
			return ""
		}
		return p.Name()
	})
}

// hides reports whether the name of a type forbids recording its values.
func (f *function) hides(t types.Type) bool {
	for {
		switch u := t.(type) {
		case *types.Named:
			return f.Redacts(u.Obj().Name())
		case *types.Alias:
			if f.Redacts(u.Obj().Name()) {
				return true
			}
			t = types.Unalias(u)
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		default:
			return false
		}
	}
}

// variable returns the number of a variable in the function's table.
func (f *function) variable(v *types.Var) int {
	v = v.Origin()
	if n, ok := f.objects[v]; ok {
		return n
	}
	n := len(f.fn.Variables)
	f.objects[v] = n
	tv := trace.Variable{Name: v.Name(), Type: f.typeString(v.Type()), Kind: f.kind(v), Redacted: f.Redacts(v.Name()) || f.hides(v.Type())}
	if v.Pkg() == f.Pkg && v.Pos().IsValid() {
		at := f.position(v.Pos())
		tv.Line, tv.Column = at.Line, at.Column
	} else if v.Pkg() != nil {
		tv.Name = v.Pkg().Name() + "." + tv.Name
	}
	if !tv.Redacted {
		tv.Unrecorded = f.tooLarge(v.Type())
	}
	f.fn.Variables = append(f.fn.Variables, tv)
	return n
}

func (f *function) kind(v *types.Var) string {
	if v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return "global"
	}
	if v.Pos() < f.node.Pos() || v.Pos() >= f.node.End() {
		return "captured"
	}
	if v.Pos() >= f.body.Pos() {
		return "local"
	}
	if r := f.signature.Results; r != nil && r.Pos() <= v.Pos() && v.Pos() < r.End() {
		return "result"
	}
	return "param"
}

// heap returns the number of the variable that an expression names.
func (f *function) heap(e ast.Expr) int {
	text := syntax.Text(e)
	key := text + f.declarations(e)
	if n, ok := f.exprs[key]; ok {
		return n
	}
	n := len(f.fn.Variables)
	f.exprs[key] = n
	t := f.Info.TypeOf(e)
	tv := trace.Variable{Name: text, Type: f.typeString(t), Kind: "heap", Redacted: f.hides(t) || f.redactsPart(e)}
	if !tv.Redacted {
		tv.Unrecorded = f.tooLarge(t)
	}
	f.fn.Variables = append(f.fn.Variables, tv)
	f.heaps[n] = e
	return n
}

// declarations tells expressions with the same text apart whose names mean
// different variables.
func (f *function) declarations(e ast.Expr) string {
	var b strings.Builder
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := f.object(id); ok {
				fmt.Fprintf(&b, " %d", v.Pos())
			}
		}
		return true
	})
	return b.String()
}

// redactsPart reports whether an expression has a name that must not be recorded,
// or such a constant string, which may be a map's key.
func (f *function) redactsPart(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			found = found || f.Redacts(n.Name)
		case *ast.BasicLit:
			found = found || n.Kind == token.STRING && f.Redacts(n.Value)
		}
		return !found
	})
	return found
}

// maxSize is the largest variable whose values are recorded, in bytes: they are
// copied.
const maxSize = 4096

// tooLarge says why values of a type are not recorded, "" if they are.
func (f *function) tooLarge(t types.Type) string {
	if t == nil || t == types.Typ[types.Invalid] || t == types.Typ[types.UntypedNil] {
		return "its type is not known"
	}
	if open(t) {
		return ""
	}
	if f.Sizes.Sizeof(t) > maxSize {
		return "it is large"
	}
	return ""
}

// open reports whether a type's size depends on a type parameter.
func open(t types.Type) bool {
	switch u := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for i := range u.TypeArgs().Len() {
			if open(u.TypeArgs().At(i)) {
				return true
			}
		}
		return u.TypeParams().Len() > 0 && u.TypeArgs().Len() == 0
	case *types.Alias:
		return open(types.Unalias(u))
	case *types.Array:
		return open(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if open(u.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

// value returns what records a value, or nothing for a value that must not be
// recorded.
func (f *function) value(variable int, expr string, t types.Type) []Op {
	v := f.fn.Variables[variable]
	if v.Redacted || v.Unrecorded != "" || expr == "" {
		return nil
	}
	return []Op{{Kind: Value, Number: variable, Expr: expr, Typed: typed(t), Form: form(t)}}
}

// form returns how a value of a type is written.
func form(t types.Type) Form {
	if typed(t) {
		return AnyForm
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return PointerForm
	case *types.Slice:
		return SliceForm
	case *types.Basic:
		switch info := u.Info(); {
		case u.Kind() == types.UnsafePointer:
			return PointerForm
		case info&types.IsUnsigned != 0:
			return UintForm
		case info&types.IsInteger != 0:
			return IntForm
		case info&types.IsFloat != 0:
			return FloatForm
		case info&types.IsBoolean != 0:
			return BoolForm
		case info&types.IsString != 0:
			return StringForm
		}
	}
	return AnyForm
}

// typed reports whether a value's own type says more than its variable's.
func typed(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	return types.IsInterface(t)
}

// isTools reports whether a literal comes from cgo, which evaluates and checks a
// call's arguments in it.
func isTools(lit *ast.FuncLit) bool {
	if len(lit.Body.List) == 0 {
		return false
	}
	var first ast.Node
	switch s := lit.Body.List[0].(type) {
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && len(d.Specs) > 0 {
			if spec, ok := d.Specs[0].(*ast.ValueSpec); ok {
				first = spec.Names[0]
			}
		}
	case *ast.AssignStmt:
		first = s.Lhs[0]
	case *ast.ExprStmt:
		if call, ok := s.X.(*ast.CallExpr); ok {
			first = call.Fun
		}
	}
	id, ok := first.(*ast.Ident)
	return ok && strings.HasPrefix(id.Name, "_cgo")
}

func (f *function) object(id *ast.Ident) (*types.Var, bool) {
	obj := f.Info.Uses[id]
	if obj == nil {
		obj = f.Info.Defs[id]
	}
	v, ok := obj.(*types.Var)
	return v, ok && !v.IsField()
}
