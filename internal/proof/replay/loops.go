package replay

import "fmt"

// loop writes a loop: its header, what each round writes, and a body. Labels stand on
// a line of their own.
func (g *generator) loop(header string, vars []variable, written []string, first func()) {
	label := ""
	if g.chance(3) {
		label = g.name("loop")
	}
	line := g.next()
	if label != "" {
		line++
	}
	g.print("goatS(%d)", line)
	if label != "" {
		g.both("%s:", label)
	}
	g.both("%s {", header)
	g.print("goatS(%d)", line)
	g.wrote(written...)
	scope := len(g.scope)
	g.scope = append(g.scope, vars...)
	g.loops++
	g.labels = append(g.labels, label)
	g.indent++
	if first != nil {
		first()
	}
	if label != "" { // a label that is not used is an error
		g.branch("continue "+label, g.expr(tBool, 1))
	}
	g.indent--
	g.block(3)
	g.labels = g.labels[:len(g.labels)-1]
	g.loops--
	g.scope = g.scope[:scope:scope]
	g.both("}")
}

// leave breaks or continues a loop around.
func (g *generator) leave() {
	label := g.labels[g.rand.IntN(len(g.labels))]
	inner := g.labels[len(g.labels)-1]
	switch {
	case label != "":
		g.branch([]string{"break ", "continue "}[g.rand.IntN(2)]+label, g.expr(tBool, 2))
	case inner == "" && g.breaks == 0:
		g.branch([]string{"break", "continue"}[g.rand.IntN(2)], g.expr(tBool, 2))
	default:
		g.assign()
	}
}

func (g *generator) forClause() {
	i := g.name("i")
	v := []variable{{i, tInt, true}}
	if g.chance(3) {
		j := g.name("j")
		g.loop(fmt.Sprintf("for %s, %s := 0, %s; %s < %d; %s, %s = %s+1, %s*2", i, j, g.expr(tInt, 1), i, 1+g.rand.IntN(3), i, j, i, j),
			append(v, variable{j, tInt, false}), []string{i, j}, nil)
		return
	}
	g.loop(fmt.Sprintf("for %s := 0; %s < %d; %s++", i, i, 1+g.rand.IntN(3), i), v, []string{i}, nil)
}

func (g *generator) forCond() {
	n := g.name("n")
	g.simple(fmt.Sprintf("%s := %d", n, 1+g.rand.IntN(3)), n)
	scope := len(g.scope)
	g.scope = append(g.scope, variable{n, tInt, true})
	g.loop(fmt.Sprintf("for %s > 0", n), nil, nil, func() { g.simple(n+"--", n) })
	g.scope = g.scope[:scope:scope]
}

func (g *generator) forEver() {
	n := g.name("n")
	g.simple(n+" := 0", n)
	scope := len(g.scope)
	g.scope = append(g.scope, variable{n, tInt, true})
	g.loop("for", nil, nil, func() {
		g.simple(n+"++", n)
		g.branch("break", n+" > 2")
	})
	g.scope = g.scope[:scope:scope]
}

func (g *generator) rangeInt() {
	if g.chance(3) {
		g.loop("for range 2", nil, nil, nil)
		return
	}
	i := g.name("i")
	g.loop(fmt.Sprintf("for %s := range 3", i), []variable{{i, tInt, false}}, []string{i}, func() { g.simple("_ = " + i) })
}

func (g *generator) rangeSlice() {
	i, v := g.name("i"), g.name("e")
	over := []string{"[]int{4, 5}", "[...]int{6, 7}", "&[2]int{8, 9}", g.expr(tArray, 1)}[g.rand.IntN(4)]
	switch g.rand.IntN(4) {
	case 0:
		if name, ok := g.pick(tInt, true); ok { // into variables that exist
			g.loop(fmt.Sprintf("for _, %s = range %s", name, over), nil, []string{name}, nil)
			return
		}
		fallthrough
	case 1:
		g.loop(fmt.Sprintf("for _, %s := range %s", v, over), []variable{{v, tInt, false}}, []string{v}, func() { g.simple("_ = " + v) })
	default:
		g.loop(fmt.Sprintf("for %s, %s := range %s", i, v, over), []variable{{i, tInt, false}, {v, tInt, false}}, []string{i, v},
			func() { g.simple(fmt.Sprintf("_, _ = %s, %s", i, v)) })
	}
}

func (g *generator) rangeString() {
	i, r := g.name("i"), g.name("r")
	g.loop(fmt.Sprintf("for %s, %s := range \"aé\"", i, r), []variable{{i, tInt, false}}, []string{i, r}, func() { g.simple(fmt.Sprintf("_, _ = %s, %s", i, r)) })
}

func (g *generator) rangeMap() {
	k, v := g.name("k"), g.name("e")
	g.loop(fmt.Sprintf("for %s, %s := range map[string]int{%s: 1}", k, v, g.expr(tString, 1)), []variable{{k, tString, false}, {v, tInt, false}}, []string{k, v},
		func() { g.simple(fmt.Sprintf("_, _ = %s, %s", k, v)) })
}

func (g *generator) rangeFunc() {
	v := g.name("e")
	g.loop(fmt.Sprintf("for %s := range upTo(%d)", v, 1+g.rand.IntN(3)), []variable{{v, tInt, false}}, []string{v}, func() { g.simple("_ = " + v) })
}

func (g *generator) rangeChannel() {
	ch, v := g.name("ch"), g.name("e")
	g.simple(fmt.Sprintf("%s := make(chan int, 2)", ch), ch)
	g.simple(fmt.Sprintf("%s <- %s", ch, g.expr(tInt, 1)))
	g.simple(fmt.Sprintf("close(%s)", ch))
	g.loop(fmt.Sprintf("for %s := range %s", v, ch), []variable{{v, tInt, false}}, []string{v}, func() { g.simple("_ = " + v) })
}
