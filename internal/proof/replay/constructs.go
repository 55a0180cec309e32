package replay

import "fmt"

// clause writes a clause of a switch or select: its line, what is written there, and
// statements. A break in it would leave the switch and not the loop around.
func (g *generator) clause(header string, written []string, more func()) {
	line := g.next()
	g.both("%s", header)
	g.print("goatS(%d)", line)
	g.wrote(written...)
	g.breaks++
	if more != nil {
		more()
	}
	g.block(2)
	g.breaks--
}

func (g *generator) switches() {
	scope := len(g.scope)
	g.step()
	var written []string
	switch g.rand.IntN(3) {
	case 0:
		g.both("switch {")
		g.clause("case id(1) > "+g.expr(tInt, 2)+":", nil, nil)
		g.clause("case id(2) < "+g.expr(tInt, 1)+", id(3) == "+g.expr(tInt, 1)+":", nil, nil)
	case 1:
		n := g.name("v")
		g.both("switch %s := %s; %s %% 3 {", n, g.expr(tInt, 2), n)
		g.scope = append(g.scope, variable{n, tInt, false})
		written = []string{n}
		g.clause("case 0, 1:", written, nil)
		g.indent++
		g.simple("fallthrough")
		g.indent--
		g.clause("case 2:", written, nil)
		g.clause("case -1:", written, nil)
	default:
		g.both("switch %s {", g.expr(tString, 1))
		g.clause(`case "a":`, nil, nil)
		g.clause("case "+g.expr(tString, 1)+`+"z":`, nil, nil)
	}
	if g.chance(2) {
		g.clause("default:", written, nil)
	}
	g.both("}")
	g.scope = g.scope[:scope:scope]
}

func (g *generator) typeSwitch() {
	g.step()
	x := g.name("x")
	if g.chance(3) {
		g.both("switch %s.(type) {", g.expr(tAny, 2))
		g.clause("case int, string:", nil, nil)
		g.clause("case nil:", nil, nil)
		g.both("}")
		return
	}
	g.both("switch %s := %s.(type) {", x, g.expr(tAny, 2))
	use := func(t typ) func() {
		return func() {
			g.indent++
			g.simple("_ = " + x)
			g.indent--
			if t != "" {
				g.scope = append(g.scope, variable{x, t, false})
			}
		}
	}
	for _, c := range []struct {
		header string
		t      typ
	}{{"case int:", tInt}, {"case string, float64:", tAny}, {"case point:", tPoint}, {"case nil:", tAny}, {"default:", tAny}} {
		scope := len(g.scope)
		g.clause(c.header, []string{x}, use(c.t))
		g.scope = g.scope[:scope:scope]
	}
	g.both("}")
}

func (g *generator) selects() {
	ch, v, ok := g.name("ch"), g.name("v"), g.name("ok")
	g.simple(fmt.Sprintf("%s := make(chan int, 1)", ch), ch)
	filled := g.chance(2)
	if filled {
		g.simple(fmt.Sprintf("%s <- %s", ch, g.expr(tInt, 2)))
	}
	g.step()
	g.both("select {")
	scope := len(g.scope)
	g.clause(fmt.Sprintf("case %s, %s := <-%s:", v, ok, ch), []string{v, ok}, func() {
		g.indent++
		g.simple(fmt.Sprintf("_, _ = %s, %s", v, ok))
		g.indent--
		g.scope = append(g.scope, variable{v, tInt, false}, variable{ok, tBool, false})
	})
	g.scope = g.scope[:scope:scope]
	switch g.rand.IntN(2) {
	case 0:
		g.clause("default:", nil, nil)
	default:
		if filled {
			g.clause(fmt.Sprintf("case (chan int)(nil) <- %s:", g.expr(tInt, 1)), nil, nil)
		} else {
			g.clause(fmt.Sprintf("case %s <- %s:", ch, g.expr(tInt, 1)), nil, nil)
		}
	}
	g.both("}")
}

// closure declares a literal that captures variables by reference, and calls it.
func (g *generator) closure() {
	f, n, r := g.name("f"), g.name("n"), g.name("r")
	g.step()
	g.lit(fmt.Sprintf("%s := func(%s int) (%s int)", f, n, r), "", []string{n}, []string{r}, func() {
		scope := len(g.scope)
		g.scope = append(g.scope, variable{n, tInt, false}, variable{r, tInt, false})
		g.block(4)
		g.indent++
		if g.chance(2) {
			g.returns(g.expr(tInt, 2))
		} else {
			g.step()
			g.both("return")
		}
		g.indent--
		g.scope = g.scope[:scope:scope]
	})
	g.wrote(f)
	g.declared(f, tFunc)
	v := g.name("v")
	g.simple(fmt.Sprintf("%s := %s(%s)", v, f, g.expr(tInt, 1)), v)
	g.declared(v, tInt)
}

func (g *generator) methodValue() {
	p, f := g.name("p"), g.name("f")
	g.simple(fmt.Sprintf("%s := %s", p, g.expr(tPtr, 1)), p)
	g.simple(fmt.Sprintf("%s := %s.move", f, p), f)
	g.declared(p, tPtr)
	v := g.name("v")
	g.simple(fmt.Sprintf("%s := %s(%s)", v, f, g.expr(tInt, 1)), v)
	g.declared(v, tInt)
	h := g.name("f")
	g.simple(fmt.Sprintf("%s := (*point).move", h), h)
	g.simple(fmt.Sprintf("%s(%s, 2)", h, p))
}

// recovers panics in a literal that recovers.
func (g *generator) recovers() {
	g.step()
	g.lit("func()", "()", nil, nil, func() {
		g.indent++
		g.step()
		g.lit("defer func()", "()", nil, nil, func() {
			r := g.name("r")
			g.indent++
			g.simple(r+" := recover()", r)
			g.simple("last = "+r, "last")
			g.indent--
		})
		g.indent--
		g.block(2)
		g.indent++
		switch g.rand.IntN(3) {
		case 0:
			g.step()
			g.both("panic(%s)", g.expr(tString, 1))
		case 1:
			zero := g.name("z")
			g.simple(zero+" := 0", zero)
			g.step()
			g.both("total = 3 / %s", zero)
		default:
			g.simple("total++", "total")
		}
		g.indent--
	})
}

// deferred defers a call and a literal.
func (g *generator) deferred() {
	g.simple(fmt.Sprintf("defer double(%s)", g.expr(tInt, 2)))
	g.step()
	g.lit("defer func()", "()", nil, nil, func() { g.block(3) })
}

func (g *generator) gotos() {
	n, label := g.name("n"), g.name("again")
	g.both("{")
	g.indent++
	g.simple(n+" := 0", n)
	g.text("%s:", label)
	g.print("%s:", label)
	g.simple(n+"++", n)
	g.step()
	g.text("if %s < 3 {", n)
	g.print("if %s < 3 { goatO(true)", n)
	g.simple("goto " + label)
	g.text("}")
	g.print("} else { goatO(false) }")
	g.indent--
	g.both("}")
}
