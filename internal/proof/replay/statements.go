package replay

import "fmt"

func (g *generator) declare() {
	t, name := types[g.rand.IntN(len(types))], g.name("v")
	g.simple(fmt.Sprintf("%s := %s", name, g.expr(t, 2)), name)
	g.declared(name, t)
}

func (g *generator) declareVar() {
	t, name := types[g.rand.IntN(len(types))], g.name("v")
	switch g.rand.IntN(3) {
	case 0:
		if t == tPtr || t == tBox || t == tSlice || t == tMap || t == tFunc { // their zero values would panic
			t = tInt
		}
		g.simple(fmt.Sprintf("var %s %s", name, t), name)
	case 1:
		g.simple(fmt.Sprintf("var %s %s = %s", name, t, g.expr(t, 2)), name)
	default:
		other := g.name("v")
		g.simple(fmt.Sprintf("var %s, %s = %s, %s", name, other, g.expr(t, 1), g.expr(tInt, 1)), name, other)
		g.declared(other, tInt)
	}
	g.declared(name, t)
}

func (g *generator) assign() {
	for range 8 {
		t := types[g.rand.IntN(len(types))]
		if name, ok := g.pick(t, true); ok {
			g.simple(fmt.Sprintf("%s = %s", name, g.expr(t, 2)), name)
			return
		}
	}
	g.simple("total = "+g.expr(tInt, 2), "total")
}

func (g *generator) operate() {
	name, _ := g.pick(tInt, true)
	switch g.rand.IntN(6) {
	case 0:
		g.simple(name+"++", name)
	case 1:
		g.simple(name+"--", name)
	case 2:
		g.simple(fmt.Sprintf("%s -= %s", name, g.expr(tInt, 1)), name)
	case 3:
		g.simple(fmt.Sprintf("%s ^= %s", name, g.expr(tInt, 1)), name)
	case 4:
		if f, ok := g.pick(tFloat, true); ok {
			g.simple(fmt.Sprintf("%s *= %s", f, g.expr(tFloat, 1)), f)
			return
		}
		fallthrough
	default:
		g.simple(fmt.Sprintf("%s += %s", name, g.expr(tInt, 2)), name)
	}
}

// swap assigns to several variables at once, in terms of each other.
func (g *generator) swap() {
	t := []typ{tInt, tString, tPoint, tBool}[g.rand.IntN(4)]
	a, ok := g.pick(t, true)
	b, _ := g.pick(t, true)
	if !ok || a == b {
		g.assign()
		return
	}
	g.simple(fmt.Sprintf("%s, %s = %s, %s", a, b, b, a), a, b)
}

func (g *generator) two() {
	a, b := g.name("v"), g.name("v")
	if g.chance(2) {
		g.simple(fmt.Sprintf("%s, %s := %s, %s", a, b, g.expr(tInt, 2), g.expr(tString, 1)), a, b)
		g.declared(a, tInt)
		g.declared(b, tString)
		return
	}
	g.simple(fmt.Sprintf("%s, %s := strconv.Atoi(%s)", a, b, g.expr(tString, 1)), a, b)
	g.declared(a, tInt)
	g.declared(b, tErr)
}

func (g *generator) commaOK() {
	a, b := g.name("v"), g.name("ok")
	from := []string{g.expr(tMap, 1) + `["k"]`, g.expr(tAny, 1) + ".(int)"}[g.rand.IntN(2)]
	if g.chance(4) {
		a = "_"
	}
	g.simple(fmt.Sprintf("%s, %s := %s", a, b, from), a, b)
	if a != "_" {
		g.declared(a, tInt)
	}
	g.declared(b, tBool)
}

// part assigns to a part of something.
func (g *generator) part() {
	place := func(t typ, parts ...string) string {
		if name, ok := g.pick(t, false); ok {
			return name + parts[g.rand.IntN(len(parts))]
		}
		return ""
	}
	places := []string{
		place(tPoint, ".X", ".Y"), place(tPtr, ".X", ".Y"), place(tBox, ".X", ".p.Y", ".list[1].X", ".point.Y"), place(tSlice, "[0]"), place(tMap, `["k"]`),
		place(tArray, "[0]", "[1]", "[2]"), place(tArray, "["+fmt.Sprintf("uint(id(%s))%%3", g.expr(tInt, 1))+"]"),
	}
	where := places[g.rand.IntN(len(places))]
	if where == "" {
		g.assign()
		return
	}
	how := []string{"%s = %s", "%s = %s", "%s += %s"}[g.rand.IntN(3)]
	g.step()
	g.both(how, where, g.expr(tInt, 2))
	g.heap(where)
}

// pointer writes to a variable through a pointer.
func (g *generator) pointer() {
	name, _ := g.pick(tInt, true)
	q := g.name("q")
	g.simple(fmt.Sprintf("%s := &%s", q, name), q)
	g.step()
	g.both("*%s = %s", q, g.expr(tInt, 2))
	g.heap("*" + q)
}

// constant writes declarations that are no steps.
func (g *generator) constant() {
	c := g.name("c")
	g.both("const %s = %d", c, g.rand.IntN(5))
	g.both("type %s struct{ n int }", g.name("t"))
	g.simple("total += "+c, "total")
}

// ifs writes an if, with its else parts. In the printing text else if is an if in an
// else.
func (g *generator) ifs() {
	ends, header := 0, ""
	scope := len(g.scope)
	for part := 0; ; part++ {
		var written []string
		g.step()
		header = "if "
		if g.chance(3) {
			name := g.name("v")
			header += fmt.Sprintf("%s := %s; ", name, g.expr(tInt, 2))
			g.scope = append(g.scope, variable{name: name, typ: tInt})
			written = append(written, name)
			header += fmt.Sprintf("%s > %s {", name, g.expr(tInt, 1))
		} else {
			header += g.expr(tBool, 2) + " {"
		}
		if part > 0 {
			g.text("} else %s", header)
		} else {
			g.text("%s", header)
		}
		g.print("%s goatO(true)", header)
		g.wrote(written...)
		g.block(3)
		g.print("} else { goatO(false)")
		g.wrote(written...)
		ends++
		if part < 2 && g.chance(3) {
			continue
		}
		if g.chance(2) {
			g.text("} else {")
			g.block(3)
		}
		break
	}
	g.text("}")
	for range ends {
		g.print("}")
	}
	g.scope = g.scope[:scope:scope]
}

func (g *generator) plainBlock() {
	g.both("{")
	g.block(3)
	g.both("}")
}

// shadow declares a variable under a name that is in use.
func (g *generator) shadow() {
	g.both("{")
	g.indent++
	scope := len(g.scope)
	for i := range g.scope {
		if v := &g.scope[i]; v.name == "a" {
			g.simple("a := "+g.expr(tString, 1), "a")
			g.simple("_ = a")
			hidden := g.scope
			g.scope = nil
			for _, v := range hidden {
				if v.name != "a" {
					g.scope = append(g.scope, v)
				}
			}
			g.scope = append(g.scope, variable{name: "a", typ: tString})
			g.block(3)
			g.scope = hidden
			break
		}
	}
	g.scope = g.scope[:scope:scope]
	g.indent--
	g.both("}")
}

// early returns from the middle of a function.
func (g *generator) early() {
	g.step()
	cond := g.expr(tBool, 2)
	g.text("if %s {", cond)
	g.print("if %s { goatO(true)", cond)
	if g.results[0] == "res" && g.chance(2) && !g.shadowed("res") {
		g.step()
		g.both("return")
	} else {
		g.returns(g.expr(tInt, 2))
	}
	g.text("}")
	g.print("} else { goatO(false) }")
}

func (g *generator) shadowed(name string) bool {
	for _, v := range g.scope {
		if v.name == name {
			return false
		}
	}
	return true
}
