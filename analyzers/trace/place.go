package trace

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"

	"github.com/goat-trace/goat/internal/trace"
)

// places notes what the function's expressions name, and which of its variables
// others can reach.
func (f *function) places() {
	for n := 0; n < len(f.fn.Variables); n++ { //nolint:intrange // place may add some
		if e, ok := f.heaps[n]; ok {
			p := f.place(e)
			f.fn.Variables[n].Place = p
		}
	}
	for obj, n := range f.objects {
		if v, ok := obj.(*types.Var); ok {
			f.fn.Variables[n].Shared = f.reachable()[v]
		}
	}
}

// place returns what an expression names, nil if that is more than a part of one
// variable, or one step from the address that one holds.
func (f *function) place(e ast.Expr) *trace.Place {
	p, ok := f.placeOf(e)
	if !ok || p.path == "" && !p.through {
		return nil
	}
	return &trace.Place{
		Base: f.variable(p.base), Through: p.through, Path: p.path, Index: p.index, Map: p.isMap, Offset: p.offset, Stride: p.stride,
	}
}

// found is a place while its expression is read.
type found struct {
	base           *types.Var
	through, isMap bool
	path           string
	index          int
	offset, stride int64
}

func (f *function) placeOf(e ast.Expr) (found, bool) {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := f.object(x)
		return found{base: v}, ok && x.Name != "_"
	case *ast.StarExpr:
		p, ok := f.placeOf(x.X)
		return f.throughPointer(p, ok, f.Info.TypeOf(x))
	case *ast.SelectorExpr:
		return f.fieldPlace(x)
	case *ast.IndexExpr:
		return f.elementPlace(x)
	}
	return found{}, false
}

// throughPointer goes from a pointer to what it points to. Only a variable itself
// can hold the pointer.
func (f *function) throughPointer(p found, ok bool, to types.Type) (found, bool) {
	if !ok || p.through || p.path != "" || to == nil || open(to) {
		return found{}, false
	}
	return found{base: p.base, through: true}, true
}

func (f *function) fieldPlace(x *ast.SelectorExpr) (found, bool) {
	sel, ok := f.Info.Selections[x]
	if !ok || sel.Kind() != types.FieldVal {
		return found{}, false
	}
	p, ok := f.placeOf(x.X)
	t := sel.Recv()
	for _, i := range sel.Index() {
		if !ok {
			return found{}, false
		}
		if ptr, pointer := t.Underlying().(*types.Pointer); pointer {
			t = ptr.Elem()
			p, ok = f.throughPointer(p, ok, t)
		}
		s, isStruct := t.Underlying().(*types.Struct)
		if !ok || !isStruct || open(s) || p.isMap {
			return found{}, false
		}
		p.path += "." + s.Field(i).Name()
		if p.through {
			p.offset += f.offset(s, i)
		}
		t = s.Field(i).Type()
	}
	return p, ok
}

func (f *function) offset(s *types.Struct, i int) int64 {
	fields := make([]*types.Var, s.NumFields())
	for j := range fields {
		fields[j] = s.Field(j)
	}
	return f.Sizes.Offsetsof(fields)[i]
}

func (f *function) elementPlace(x *ast.IndexExpr) (found, bool) {
	t := f.Info.TypeOf(x.X)
	if t == nil {
		return found{}, false
	}
	p, ok := f.placeOf(x.X)
	if !ok || p.index > 0 || p.isMap {
		return found{}, false
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		if p, ok = f.throughPointer(p, ok, u.Elem()); !ok {
			return found{}, false
		}
		return f.indexed(p, x.Index, f.Sizes.Sizeof(u.Elem()))
	case *types.Pointer:
		a, isArray := u.Elem().Underlying().(*types.Array)
		if p, ok = f.throughPointer(p, ok, u.Elem()); !ok || !isArray {
			return found{}, false
		}
		return f.indexed(p, x.Index, f.Sizes.Sizeof(a.Elem()))
	case *types.Array:
		if open(u.Elem()) {
			return found{}, false
		}
		return f.indexed(p, x.Index, f.Sizes.Sizeof(u.Elem()))
	case *types.Map:
		if p, ok = f.throughPointer(p, ok, u); !ok {
			return found{}, false
		}
		p.isMap = true
		return f.keyed(p, x.Index, u.Key())
	}
	return found{}, false
}

// indexed goes to an element, by a constant index or one that a variable holds.
func (f *function) indexed(p found, index ast.Expr, size int64) (found, bool) {
	if tv, ok := f.Info.Types[index]; ok && tv.Value != nil {
		n, exact := constant.Int64Val(constant.ToInt(tv.Value))
		p.path += "[" + strconv.FormatInt(n, 10) + "]"
		p.offset += n * size
		return p, exact
	}
	p.path += "[]"
	p.stride = size
	return f.indexVariable(p, index)
}

func (f *function) indexVariable(p found, index ast.Expr) (found, bool) {
	id, ok := ast.Unparen(index).(*ast.Ident)
	if !ok {
		return found{}, false
	}
	v, ok := f.object(id)
	if !ok {
		return found{}, false
	}
	p.index = 1 + f.variable(v)
	return p, true
}

// keyed goes to a map's entry. Its path is a constant key as values are shown.
func (f *function) keyed(p found, key ast.Expr, t types.Type) (found, bool) {
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || basic.Info()&(types.IsInteger|types.IsString|types.IsBoolean) == 0 {
		return found{}, false
	}
	if tv, ok := f.Info.Types[key]; ok && tv.Value != nil {
		switch tv.Value.Kind() {
		case constant.String:
			p.path = strconv.Quote(constant.StringVal(tv.Value))
		case constant.Bool, constant.Int:
			p.path = tv.Value.ExactString()
		default:
			return found{}, false
		}
		return p, true
	}
	return f.indexVariable(p, key)
}

// reachable returns the variables of a function that other code can write: a literal
// captures them, or their address is taken, which method calls and slices of arrays
// also do.
func (f *function) reachable() map[*types.Var]bool {
	if f.reachableVars != nil {
		return f.reachableVars
	}
	f.reachableVars = make(map[*types.Var]bool)
	depth := 0
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncLit:
			depth++
			ast.Inspect(x.Body, visit)
			depth--
			return false
		case *ast.UnaryExpr:
			if x.Op == token.AND {
				f.reach(x.X)
			}
		case *ast.SliceExpr:
			if t := f.Info.TypeOf(x.X); t != nil {
				if _, ok := t.Underlying().(*types.Array); ok {
					f.reach(x.X)
				}
			}
		case *ast.SelectorExpr:
			f.reachByMethod(x)
		case *ast.Ident:
			if v, ok := f.object(x); ok && depth > 0 {
				f.reachableVars[v.Origin()] = true
			}
		}
		return true
	}
	ast.Inspect(f.body, visit)
	return f.reachableVars
}

// reachByMethod notes a variable whose method takes its address.
func (f *function) reachByMethod(x *ast.SelectorExpr) {
	sel, ok := f.Info.Selections[x]
	if !ok || sel.Kind() != types.MethodVal {
		return
	}
	recv := sel.Obj().(*types.Func).Signature().Recv()
	if recv == nil || types.IsInterface(recv.Type()) {
		return
	}
	_, wantsPointer := recv.Type().(*types.Pointer)
	if t := f.Info.TypeOf(x.X); wantsPointer && t != nil {
		if _, isPointer := t.Underlying().(*types.Pointer); !isPointer {
			f.reach(x.X)
		}
	}
}

// reach notes the variable that an expression is in. What is behind a pointer, a
// slice or a map is not in it.
func (f *function) reach(e ast.Expr) {
	for {
		e = ast.Unparen(e)
		if id, ok := e.(*ast.Ident); ok {
			if v, ok := f.object(id); ok {
				f.reachableVars[v.Origin()] = true
			}
			return
		}
		switch x := e.(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		default:
			return
		}
		if t := f.Info.TypeOf(e); t == nil || !inPlace(t) {
			return
		}
	}
}

// inPlace reports whether parts of a value are in the variable that holds it.
func inPlace(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}
