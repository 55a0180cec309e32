package replay

import (
	"fmt"
	"math/rand/v2"
)

// generator is the state while a package is written.
type generator struct {
	*source
	rand     *rand.Rand
	scope    []variable
	names    int
	callable []string        // functions that may be called
	called   int             // how often they are, in the current function
	loops    int             // how many there are around the current statement
	nested   int             // blocks around it
	kinds    func() []func() // the statements that may come next
	room     int             // statements that the function may still have
	results  []string        // "" for a function without
	labels   []string        // of the loops around it
	literals int             // function literals around it
	breaks   int             // switches and selects around it, in the innermost loop
}

// unless returns early under a condition.
func (g *generator) unless(cond, result string) {
	g.step()
	g.text("if %s {", cond)
	g.print("if %s { goatO(true)", cond)
	g.returns(result)
	g.text("}")
	g.print("} else { goatO(false) }")
}

func (g *generator) returns(expr string) {
	g.step()
	g.both("return %s", expr)
}

// name returns a name that is in use nowhere in the function.
func (g *generator) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

// chance reports true once in n times.
func (g *generator) chance(n int) bool { return g.rand.IntN(n) == 0 }

// typ is a type of the generated package's variables.
type typ string

const (
	tInt    typ = "int"
	tByte   typ = "uint8"
	tString typ = "string"
	tBool   typ = "bool"
	tFloat  typ = "float64"
	tPoint  typ = "point"
	tPtr    typ = "*point"
	tBox    typ = "box"
	tSlice  typ = "[]int"
	tArray  typ = "[3]int"
	tMap    typ = "map[string]int"
	tAny    typ = "any"
	tErr    typ = "error"
	tFunc   typ = "func(int) int"
)

var types = []typ{tInt, tInt, tInt, tString, tString, tBool, tBool, tFloat, tByte, tPoint, tPtr, tBox, tSlice, tSlice, tArray, tMap, tAny, tErr, tFunc}

// variable is a variable in scope.
type variable struct {
	name  string
	typ   typ
	fixed bool // it must not be assigned to: a loop counts with it
}

// block writes up to n statements in a scope of their own.
func (g *generator) block(n int) {
	scope := len(g.scope)
	g.indent++
	g.nested++
	for range 1 + g.rand.IntN(n) {
		g.statement()
	}
	g.nested--
	g.indent--
	g.scope = g.scope[:scope:scope]
}

// statement writes a statement.
func (g *generator) statement() {
	g.room--
	kinds := g.kinds()
	kinds[g.rand.IntN(len(kinds))]()
}

// declared brings a variable into scope, and uses it.
func (g *generator) declared(name string, t typ) {
	g.scope = append(g.scope, variable{name: name, typ: t})
	g.simple("_ = " + name)
}

// branch leaves a loop under a condition.
func (g *generator) branch(statement, cond string) {
	g.step()
	g.text("if %s {", cond)
	g.print("if %s { goatO(true)", cond)
	g.simple(statement)
	g.text("}")
	g.print("} else { goatO(false) }")
}

// lit writes a function literal. What it captures stays in scope.
func (g *generator) lit(open, closing string, params, results []string, body func()) {
	line := g.next()
	g.text("%s {", open)
	g.print("%s { goatE(%d)", open, line)
	g.wrote(params...)
	end := "goatL()"
	if len(results) > 0 {
		end = fmt.Sprintf("goatR(0, %s); goatL()", results[0])
	}
	g.print("defer func() { %s }()", end)
	labels, loops, breaks := g.labels, g.loops, g.breaks
	g.labels, g.breaks = nil, 0
	g.literals++
	body()
	g.literals--
	g.labels, g.loops, g.breaks = labels, loops, breaks
	g.both("}%s", closing)
}
