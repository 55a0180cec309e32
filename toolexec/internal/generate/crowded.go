package generate

import (
	"go/ast"
	"strings"
)

// The marker is for functions that can be inlined. Each hit through it is an
// inlined call, whose variables the compiler follows through all blocks of the
// function around it. So the time to compile a function grows with the square
// of its hits: 3,000 hits take six seconds, while 3,000 plain hits take no
// noticeable time. Functions with that many hits get plain ones.
//
// Two more things cost time in huge functions. For each block the compiler clears a
// table of lines for each position base in the function (cmd/compile/internal/ssa:
// nilcheckelim2). Each /*line*/ comment is a base, and so is each inlined call. So hits
// of huge functions store without checking first, which would take a block, and have
// no comment after them: columns move, and nobody sees that (rewrite.Hit).
// 30,000 such hits compile as fast as cmd/cover's.
const (
	// crowd is more points than an inlinable function can hold: the compiler's
	// budget is 80 nodes, and a statement is at least one. The marker has no
	// use there.
	crowd = 80
	// inlinedCrowd is how many hits a function may get through calls that are
	// inlined.
	inlinedCrowd = 500
	// huge is how many points a function may have in which hits check before they
	// store.
	huge = 400
	// small is a number of parser nodes. A function with more of them is too
	// large for the compiler to inline; the compiler itself counts fewer nodes.
	small = 160
)

// crowds are the functions of a package whose hits are not marked.
type crowds struct {
	large  map[string]style // never inlined; named as in points
	called map[string]bool  // inlined too often; by the last part of the name
}

// style returns the style of a function's hits, marked for those that need no other.
func (c crowds) style(function string) style {
	if c.called[lastName(function)] {
		return stored
	}
	return c.large[function]
}

// lastName returns the name by which a function or method is called.
func lastName(function string) string { return function[strings.LastIndexByte(function, '.')+1:] }

// crowded finds functions with many points, and small functions that another
// function of the package calls so often that inlining them would make it too
// large.
func (p *Package) crowded() crowds {
	c := crowds{large: make(map[string]style), called: make(map[string]bool)}
	points := make(map[string]int)
	for _, f := range p.Files {
		for _, h := range f.Hits {
			points[h.Site.Func]++
		}
	}
	for name, n := range points {
		switch {
		case n > huge:
			c.large[name] = stored
		case n > crowd:
			c.large[name] = checked
		}
	}
	inlined := p.smallFunctions(points)
	for _, calls := range p.calls(inlined) {
		hits := 0
		for name, n := range calls {
			hits += n * inlined[name]
		}
		for name := range calls {
			if hits > inlinedCrowd {
				c.called[name] = true
			}
		}
	}
	return c
}

// smallFunctions returns the number of points of functions that may be inlined,
// by the last part of the name.
func (p *Package) smallFunctions(points map[string]int) map[string]int {
	found := make(map[string]int)
	for _, d := range p.declarations() {
		if f, ok := d.(*ast.FuncDecl); ok && nodesOf(f.Body) <= small {
			found[f.Name.Name] = 0
		}
	}
	for function, n := range points {
		if name := lastName(function); n <= crowd {
			if _, ok := found[name]; ok {
				found[name] += n
			}
		}
	}
	return found
}

// nodesOf counts the nodes of a function's body.
func nodesOf(body *ast.BlockStmt) int {
	n := 0
	if body != nil {
		ast.Inspect(body, func(node ast.Node) bool {
			n++
			return n <= small
		})
	}
	return n
}

// calls counts, for each function of the package, the calls that seem to lead
// to functions with these names. The initialisers of all package-level
// variables count as one function.
func (p *Package) calls(names map[string]int) []map[string]int {
	initialisers := make(map[string]int)
	found := []map[string]int{initialisers}
	for _, d := range p.declarations() {
		calls := initialisers
		if _, ok := d.(*ast.FuncDecl); ok {
			calls = make(map[string]int)
			found = append(found, calls)
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if name := calledName(call); names[name] > 0 {
					calls[name]++
				}
			}
			return true
		})
	}
	return found
}

// calledName returns the last part of the called function's name, or "" if it
// has none.
func calledName(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	switch index := fun.(type) { // of a generic function
	case *ast.IndexExpr:
		fun = index.X
	case *ast.IndexListExpr:
		fun = index.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}
