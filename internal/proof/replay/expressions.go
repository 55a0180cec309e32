package replay

import "fmt"

// pick returns a variable of a type that is in scope.
func (g *generator) pick(t typ, assigned bool) (string, bool) {
	var found []string
	for _, v := range g.scope {
		if v.typ == t && !(assigned && v.fixed) {
			found = append(found, v.name)
		}
	}
	if len(found) == 0 {
		return "", false
	}
	return found[g.rand.IntN(len(found))], true
}

// expr returns an expression of a type that cannot panic.
func (g *generator) expr(t typ, depth int) string {
	if name, ok := g.pick(t, false); ok && (depth <= 0 || g.rand.IntN(3) == 0) {
		return name
	}
	if depth <= 0 {
		return g.literal(t)
	}
	list := g.compound(t, depth-1)
	return list[g.rand.IntN(len(list))]()
}

func (g *generator) literal(t typ) string {
	n := g.rand.IntN(9)
	switch t {
	case tInt:
		return fmt.Sprintf("(%d)", n-3)
	case tByte:
		return fmt.Sprintf("uint8(total+%d)", n*29)
	case tString:
		return []string{`""`, `"a"`, `"bc"`, "\"日本\"", `"x\x1b[31m"`, `"quo\"te"`}[n%6]
	case tBool:
		return fmt.Sprintf("(total > %d)", n)
	case tFloat:
		return fmt.Sprintf("%d.5", n)
	case tPoint:
		return fmt.Sprintf("(point{%d, %d})", n, n*2)
	case tPtr:
		return fmt.Sprintf("(&point{%d, 1})", n)
	case tBox:
		return fmt.Sprintf("(box{point: point{%d, 2}, Name: \"n\", p: &point{3, %d}})", n, n)
	case tSlice:
		return fmt.Sprintf("[]int{%d, %d}", n, n+1)
	case tArray:
		return fmt.Sprintf("[3]int{%d, 2, %d}", n, n)
	case tMap:
		return fmt.Sprintf("map[string]int{\"k\": %d}", n)
	case tAny:
		return []string{"any(nil)", "any(3)", `any("s")`, "any(point{1, 2})", "any(1.5)", "any([]int{1})"}[n%6]
	case tErr:
		return []string{"errBusy", "error(nil)"}[n%2]
	}
	return []string{"double", "id", "(&point{1, 2}).move"}[n%3]
}

// compound returns ways to make a value from others.
func (g *generator) compound(t typ, d int) []func() string {
	e := func(t typ) string { return g.expr(t, d) }
	f := func(format string, types ...typ) func() string {
		return func() string {
			args := make([]any, len(types))
			for i, t := range types {
				args[i] = e(t)
			}
			return fmt.Sprintf(format, args...)
		}
	}
	var list []func() string
	switch t {
	case tInt:
		list = []func() string{
			f("(%s + %s)", tInt, tInt), f("(%s - %s)", tInt, tInt), f("(%s * 3)", tInt), f("(%s %% 7)", tInt), f("(%s &^ %s)", tInt, tInt),
			f("(%s << 2)", tInt), f("(-%s)", tInt), f("len(%s)", tString), f("len(%s)", tSlice), f("int(%s)", tByte), f("%s.X", tPoint),
			f("%s.Y", tPtr), f("%s[1]", tArray), f("%s[uint(id(%s))%%3]", tArray, tInt), f("%s[\"k\"]", tMap), f("%s[0]", tSlice),
			f("maxOf(%s, %s)", tInt, tInt), f("max(%s, %s)", tInt, tInt), f("%s.sum()", tPoint), f("%s.X", tBox), f("%s.p.Y", tBox),
			f("point.sum(%s)", tPoint), f("len(%s)", tMap),
		}
		if g.calls() {
			list = append(list, func() string { return g.call() }, func() string { return g.call() })
		}
		if g.literals == 0 && g.loops < 2 { // a literal could call itself through a variable
			list = append(list, f("%s(%s)", tFunc, tInt))
		}
		if g.loops < 2 {
			list = append(list, f("%s.move(%s)", tPtr, tInt), f("double(%s)", tInt))
		}
	case tByte:
		list = []func() string{f("uint8(id(%s))", tInt), f("(%s + %s)", tByte, tByte), f("^%s", tByte), f("min(%s, %s)", tByte, tByte)}
	case tString:
		list = []func() string{f("cut(%s + %s)", tString, tString), f("strconv.Itoa(%s)", tInt), f("%s.Name", tBox), f("string(rune(65 + uint8(id(%s))%%20))", tInt), f("fmt.Sprint(%s, %s)", tInt, tBool)}
	case tBool:
		list = []func() string{
			f("(%s < %s)", tInt, tInt), f("(%s == %s)", tString, tString), f("!%s", tBool), f("(%s && %s)", tBool, tBool), f("(%s || %s)", tBool, tBool),
			f("(%s == %s)", tPoint, tPoint), f("(%s != nil)", tErr), f("(%s == nil)", tMap), f("(%s == %s)", tArray, tArray), f("(%s >= %s)", tFloat, tFloat),
		}
	case tFloat:
		list = []func() string{f("float64(%s)", tInt), f("(%s * 0.5)", tFloat), f("(%s + %s)", tFloat, tFloat), f("maxOf(%s, %s)", tFloat, tFloat), f("(-%s)", tFloat)}
	case tPoint:
		list = []func() string{f("(point{%s, %s})", tInt, tInt), f("(point{Y: %s})", tInt), f("(*%s)", tPtr), f("%s.point", tBox)}
	case tPtr:
		list = []func() string{f("(&point{%s, %s})", tInt, tInt), f("%s.p", tBox), f("%s.self()", tPtr)}
	case tBox:
		list = []func() string{f("(box{point: %s, Name: %s, p: %s})", tPoint, tString, tPtr), f("(box{p: %s})", tPtr)}
	case tSlice:
		list = []func() string{f("append([]int{%s}, %s...)", tInt, tSlice), f("append(%s, %s)", tSlice, tInt), f("%s[:1]", tSlice), f("make([]int, 2, 4+uint(id(%s))%%3)", tInt), f("[]int{%s, %s}", tInt, tInt)}
	case tArray:
		list = []func() string{f("[3]int{%s, %s}", tInt, tInt), f("[...]int{1, %s, 3}", tInt)}
	case tMap:
		list = []func() string{f("map[string]int{%s: %s}", tString, tInt), f("make(map[string]int, id(%s)&3)", tInt)}
	case tAny:
		list = []func() string{f("any(%s)", tInt), f("any(%s)", tString), f("any(%s)", tPoint), f("any(%s)", tPtr), f("any(%s)", tErr), f("any(%s)", tArray)}
	case tErr:
		list = []func() string{f("fmt.Errorf(\"e %%d\", %s)", tInt), func() string { return "errBusy" }}
	default:
		list = []func() string{f("%s.move", tPtr), func() string { return "double" }}
	}
	return list
}

// calls reports whether generated functions may be called here: not so often that the
// program never ends.
func (g *generator) calls() bool { return len(g.callable) > 0 && g.called < 4 && g.loops < 2 }

// call returns a call of a generated function.
func (g *generator) call() string {
	g.called++
	f := g.callable[g.rand.IntN(len(g.callable))]
	return fmt.Sprintf("%s(%s, %s)", f, g.expr(tInt, 1), g.expr(tString, 1))
}
