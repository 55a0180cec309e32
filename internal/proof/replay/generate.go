package replay

import (
	"fmt"
	"math/rand/v2"
)

// Program is a generated package, in both texts.
type Program struct {
	Plain, Printing string
	Support         string // a file that the printing text needs beside it
}

// Generate returns a package with so many functions that main calls, each of which
// calls others.
func Generate(seed uint64, functions int) Program {
	g := &generator{source: new(source), rand: rand.New(rand.NewPCG(seed, 14))}
	g.kinds = g.kindsOf
	g.both("package main")
	g.both("")
	g.both(`import ("errors"; "fmt"; "strconv")`)
	g.both("")
	g.prelude()
	var mains []string
	for i := range functions {
		g.callable = nil
		for level := range 3 {
			name := fmt.Sprintf("f%d_%d", i, level)
			g.function(name)
			g.callable = append(g.callable, name)
		}
		mains = append(mains, g.callable[2])
	}
	g.main(mains)
	return Program{g.plain.String(), g.printing.String(), support}
}

// prelude writes the types and the functions that every program has.
func (g *generator) prelude() {
	for _, line := range []string{
		`type point struct{ X, Y int }`,
		`type box struct { point; Name string; p *point; list [2]point }`,
		`var errBusy = errors.New("busy")`,
		`var total int`,
		`var last any`,
		`var _, _ = fmt.Sprint, strconv.Itoa`,
	} {
		g.both("%s", line)
	}
	g.fixed("func id(n int)", "int", []string{"n"}, func() { g.returns("n") })
	g.fixed("func double(n int)", "int", []string{"n"}, func() { g.returns("2 * n") })
	g.fixed("func cut(s string)", "string", []string{"s"}, func() {
		g.unless("len(s) > 150", "s[:150]")
		g.returns("s")
	})
	g.fixed("func (p point) sum()", "int", []string{"p"}, func() { g.returns("p.X + p.Y") })
	g.fixed("func (p *point) move(d int)", "int", []string{"p", "d"}, func() {
		g.step()
		g.both("p.X += d")
		g.heap("p.X")
		g.simple("total++", "total")
		g.returns("p.X")
	})
	g.fixed("func (p *point) self()", "*point", []string{"p"}, func() { g.returns("p") })
	g.generic("func maxOf[T int | float64](a, b T)", "T", []string{"a", "b"}, func() {
		g.unless("a > b", "a")
		g.returns("b")
	})
	g.fixed("func upTo(n int)", "func(yield func(int) bool)", []string{"n"}, func() {
		g.step()
		g.lit("return func(yield func(int) bool)", "", []string{"yield"}, nil, func() {
			loop := g.next()
			g.step()
			g.both("for i := range n {")
			g.print("goatS(%d); goatW(\"i\", i)", loop)
			g.branch("return", "!yield(i)")
			g.both("}")
		})
	})
}

// fixed writes a function that every program has.
func (g *generator) fixed(signature, result string, params []string, body func()) {
	g.begin(signature, result)
	g.wrote(params...)
	g.print("defer func() { goatR(0, goatResult); goatL() }()")
	body()
	g.both("}")
}

// generic is fixed for a function whose parameters and result have the type of a type
// parameter: their values have a type of their own, as those of interfaces.
func (g *generator) generic(signature, result string, params []string, body func()) {
	g.begin(signature, result)
	for _, name := range params {
		g.print("goatW(%q, any(%s))", name, name)
	}
	g.print("defer func() { goatR(0, any(goatResult)); goatL() }()")
	body()
	g.both("}")
}

func (g *generator) begin(signature, result string) {
	line := g.next()
	g.text("%s %s {", signature, result)
	g.print("%s (goatResult %s) { goatE(%d)", signature, result, line)
}

// function writes a generated function: name(a int, s string) int.
func (g *generator) function(name string) {
	g.scope = []variable{{name: "a", typ: tInt}, {name: "s", typ: tString}, {name: "total", typ: tInt}, {name: "last", typ: tAny}}
	g.called, g.loops, g.nested, g.names, g.labels, g.room = 0, 0, 0, 0, nil, 8
	g.results = []string{"goatResult"}
	line := g.next()
	if g.rand.IntN(3) == 0 { // a result with a name, which return need not set
		g.results = []string{"res"}
		g.scope = append(g.scope, variable{name: "res", typ: tInt})
		g.text("func %s(a int, s string) (res int) {", name)
	} else {
		g.text("func %s(a int, s string) int {", name)
	}
	g.print("func %s(a int, s string) (%s int) { goatE(%d)", name, g.results[0], line)
	g.wrote("a", "s")
	g.print("defer func() { goatR(0, %s); goatL() }()", g.results[0])
	g.block(5)
	g.returns(g.expr(tInt, 2))
	g.both("}")
}

// main writes main: a call of each function, some in goroutines of their own.
func (g *generator) main(functions []string) {
	line := g.next()
	g.text("func main() {")
	g.print("func main() { goatE(%d); defer goatEnd(); defer goatL()", line)
	for i, f := range functions {
		call := fmt.Sprintf("%s(%d, %q)", f, g.rand.IntN(20)-5, "m")
		for range 5 { // so that many of its branches are taken
			call += fmt.Sprintf(" + %s(%d, %q)", f, g.rand.IntN(40)-20, []string{"", "a", "bc"}[g.rand.IntN(3)])
		}
		if g.rand.IntN(3) > 0 {
			g.simple(fmt.Sprintf("main%d := %s", i, call), fmt.Sprintf("main%d", i))
			g.simple(fmt.Sprintf("fmt.Println(\"main%d\", main%d)", i, i))
			continue
		}
		g.simple(fmt.Sprintf("done%d := make(chan int)", i), fmt.Sprintf("done%d", i))
		lit := g.next()
		g.step()
		g.text("go func() {")
		g.print("go func() { goatE(%d); defer func() { goatL(); close(done%d) }()", lit, i)
		g.simple(fmt.Sprintf("n%d := %s", i, call), fmt.Sprintf("n%d", i))
		g.simple(fmt.Sprintf("done%d <- n%d", i, i))
		g.both("}()")
		g.simple(fmt.Sprintf("m%d := <-done%d", i, i), fmt.Sprintf("m%d", i))
		g.print("<-done%d", i)
		g.simple(fmt.Sprintf("_ = m%d", i))
	}
	g.both("}")
}

// kindsOf returns the statements that may come next in a function.
func (g *generator) kindsOf() []func() {
	simple := []func(){g.declare, g.declare, g.declare, g.declareVar, g.assign, g.assign, g.assign, g.operate, g.swap, g.two, g.commaOK, g.part, g.part, g.pointer, g.constant}
	if g.room < 0 || g.nested > 4 {
		return simple
	}
	all := append(simple, g.ifs, g.ifs, g.ifs, g.switches, g.typeSwitch, g.selects, g.closure, g.methodValue, g.recovers, g.gotos, g.shadow, g.plainBlock)
	if g.loops < 2 {
		all = append(all, g.forClause, g.forCond, g.forEver, g.rangeInt, g.rangeSlice, g.rangeString, g.rangeMap, g.rangeFunc, g.rangeChannel)
	}
	if g.loops == 0 && g.literals == 0 {
		all = append(all, g.deferred)
	}
	if len(g.labels) > 0 {
		all = append(all, g.leave, g.leave)
	}
	if g.nested > 1 && g.literals == 0 {
		all = append(all, g.early)
	}
	return all
}
