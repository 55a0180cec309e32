package trace

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// controls notes for each location which locations decide whether it is reached.
//
// That is control dependence as Ferrante, Ottenstein and Warren define it (TOPLAS 9,
// 1987): a location depends on a branch if it is on all ways that lead from one side
// of the branch to the function's end, and not on all ways from the branch. A panic
// in a call is no branch here.
func (f *function) controls() {
	g := &flow{function: f, labels: make(map[string]int)}
	g.successors = make([][]int, len(f.fn.Locations)+1)
	g.deciders = make(map[int][]int)
	entry := g.node()
	out := g.block(f.body.List, []int{entry})
	g.connect(out, g.end())
	g.reachEnd()
	dependence := dependences(g.successors, g.end())
	for i := range f.fn.Locations {
		var list []int
		for _, on := range dependence[i] {
			list = append(list, g.locationsOf(on)...)
		}
		slices.Sort(list)
		f.fn.Locations[i].Controls = slices.Compact(list)
	}
}

// flow is the control flow of a function. The nodes are its locations by number,
// then the function's end, then nodes that are no steps: the tests of loops, labels
// and the entry.
type flow struct {
	*function
	successors [][]int
	deciders   map[int][]int // a loop's test → the locations that come before it
	labels     map[string]int
	targets    []target
}

// target is where breaks and continues in a statement lead.
type target struct {
	label  string
	loop   bool
	plain  bool  // a break without a label leaves it, too
	test   int   // of a loop
	breaks []int // nodes that leave the statement
}

func (g *flow) end() int { return len(g.fn.Locations) }

func (g *flow) node() int {
	g.successors = append(g.successors, nil)
	return len(g.successors) - 1
}

func (g *flow) connect(from []int, to int) {
	for _, n := range from {
		if !slices.Contains(g.successors[n], to) {
			g.successors[n] = append(g.successors[n], to)
		}
	}
}

// locationsOf returns the locations that stand for a branch.
func (g *flow) locationsOf(n int) []int {
	if n < g.end() {
		return []int{n}
	}
	return g.deciders[n]
}

// block connects a list of statements and returns the nodes from which control
// goes on behind it.
func (g *flow) block(list []ast.Stmt, in []int) []int {
	for _, s := range list {
		in = g.statement(s, "", in)
	}
	return in
}

func (g *flow) statement(s ast.Stmt, label string, in []int) []int {
	switch s := s.(type) {
	case *ast.LabeledStmt:
		n := g.label(s.Label.Name)
		g.connect(in, n)
		return g.statement(s.Stmt, s.Label.Name, []int{n})
	case *ast.BlockStmt:
		return g.leave(target{label: label}, func() []int { return g.block(s.List, in) })
	case *ast.IfStmt:
		return g.leave(target{label: label}, func() []int { return g.ifStmt(s, in) })
	case *ast.ForStmt:
		return g.loop(s, label, s.Cond == nil, s.Body, in)
	case *ast.RangeStmt:
		return g.loop(s, label, false, s.Body, in)
	case *ast.SwitchStmt:
		return g.clauses(s, label, s.Body, in)
	case *ast.TypeSwitchStmt:
		return g.clauses(s, label, s.Body, in)
	case *ast.SelectStmt:
		return g.clauses(s, label, s.Body, in)
	}
	n, ok := g.numbers[s]
	if !ok {
		return in
	}
	g.connect(in, n)
	switch s := s.(type) {
	case *ast.ReturnStmt:
		g.connect([]int{n}, g.end())
		return nil
	case *ast.BranchStmt:
		return g.branch(s, n)
	case *ast.ExprStmt:
		if g.ends(s.X) {
			g.connect([]int{n}, g.end())
			return nil
		}
	}
	return []int{n}
}

// leave connects a statement that breaks may leave.
func (g *flow) leave(t target, do func() []int) []int {
	g.targets = append(g.targets, t)
	out := do()
	last := len(g.targets) - 1
	out = append(slices.Clone(out), g.targets[last].breaks...)
	g.targets = g.targets[:last]
	return out
}

func (g *flow) label(name string) int {
	n, ok := g.labels[name]
	if !ok {
		n = g.node()
		g.labels[name] = n
	}
	return n
}

func (g *flow) ifStmt(s *ast.IfStmt, in []int) []int {
	n := g.numbers[s]
	g.connect(in, n)
	out := slices.Clone(g.block(s.Body.List, []int{n}))
	if s.Else == nil {
		return append(out, n)
	}
	return append(out, g.statement(s.Else, "", []int{n})...)
}

// loop: the statement's step leads to a test, which leads to a round or behind the
// loop; a round's end leads to the test. The step or round before it decides what
// the test does.
func (g *flow) loop(s ast.Stmt, label string, endless bool, body *ast.BlockStmt, in []int) []int {
	n, round := g.numbers[s], g.rounds[s]
	test := g.node()
	g.deciders[test] = []int{n, round}
	g.connect(in, n)
	g.connect([]int{n}, test)
	g.connect([]int{test}, round)
	out := g.leave(target{label: label, loop: true, plain: true, test: test}, func() []int {
		g.connect(g.block(body.List, []int{round}), test)
		return nil
	})
	if endless { // otherwise the one break that leaves it would depend on nothing
		g.connect([]int{test}, g.end())
		return out
	}
	return append(out, test)
}

func (g *flow) clauses(s ast.Stmt, label string, body *ast.BlockStmt, in []int) []int {
	n := g.numbers[s]
	g.connect(in, n)
	_, isSelect := s.(*ast.SelectStmt)
	return g.leave(target{label: label, plain: true}, func() []int {
		var out, through []int
		chosen := isSelect
		for _, c := range body.List {
			number := g.numbers[c]
			g.connect([]int{n}, number)
			g.connect(through, number)
			through = nil
			var list []ast.Stmt
			switch c := c.(type) {
			case *ast.CaseClause:
				list = c.Body
				chosen = chosen || c.List == nil
			case *ast.CommClause:
				list = c.Body
			}
			after := g.block(list, []int{number})
			if k := len(list); k > 0 && fallsThrough(list[k-1]) {
				through = after
				continue
			}
			out = append(out, after...)
		}
		if !chosen {
			out = append(out, n)
		}
		return out
	})
}

func fallsThrough(s ast.Stmt) bool {
	b, ok := s.(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

func (g *flow) branch(s *ast.BranchStmt, n int) []int {
	switch s.Tok {
	case token.FALLTHROUGH:
		return []int{n}
	case token.GOTO:
		g.connect([]int{n}, g.label(s.Label.Name))
		return nil
	}
	for i := len(g.targets) - 1; i >= 0; i-- {
		t := &g.targets[i]
		switch {
		case s.Label != nil && t.label != s.Label.Name, s.Label == nil && !t.plain, s.Tok == token.CONTINUE && !t.loop:
			continue
		}
		if s.Tok == token.CONTINUE {
			g.connect([]int{n}, t.test)
		} else {
			t.breaks = append(t.breaks, n)
		}
		break
	}
	return nil
}

// ends reports whether a call does not return: a panic, or the end of the process
// or goroutine.
func (g *flow) ends(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		b, ok := g.Info.Uses[fun].(*types.Builtin)
		return ok && b.Name() == "panic"
	case *ast.SelectorExpr:
		fn, ok := g.Info.Uses[fun.Sel].(*types.Func)
		if !ok {
			return false
		}
		switch fn.FullName() {
		case "os.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln", "runtime.Goexit":
			return true
		}
	}
	return false
}

// reachEnd connects nodes from which control never comes to the end, such as those
// of an endless loop, with the end.
func (g *flow) reachEnd() {
	before := make([][]int, len(g.successors))
	for n, list := range g.successors {
		for _, s := range list {
			before[s] = append(before[s], n)
		}
	}
	reaches := make([]bool, len(g.successors))
	visit := func(n int) {
		work := []int{n}
		for len(work) > 0 {
			n := work[len(work)-1]
			work = work[:len(work)-1]
			if reaches[n] {
				continue
			}
			reaches[n] = true
			work = append(work, before[n]...)
		}
	}
	visit(g.end())
	for n := range g.successors { // tests of loops before the rest
		if g.deciders[n] != nil && !reaches[n] {
			g.connect([]int{n}, g.end())
			visit(n)
		}
	}
	for n := range g.successors {
		if !reaches[n] {
			g.connect([]int{n}, g.end())
			visit(n)
		}
	}
}
