package trace

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/trace"
)

// function instruments one function. It gives the function a number in the table.
func (p *file) function(bf *blocks.Func) {
	f := &function{file: p, node: bf.Node, body: bf.Body, objects: map[types.Object]int{}, exprs: map[string]int{}, numbers: map[ast.Node]int{}, heaps: map[int]ast.Expr{}, rounds: map[ast.Stmt]int{}, run: run{edit: -1}}
	var recv *ast.FieldList
	switch n := bf.Node.(type) {
	case *ast.FuncDecl:
		f.signature, recv = n.Type, n.Recv
	case *ast.FuncLit:
		f.signature = n.Type
	}
	start, end := p.position(bf.Node.Pos()), p.position(bf.Node.End())
	f.fn = &trace.Function{Name: bf.Name, File: p.inFile, Line: start.Line, EndLine: end.Line, Locations: []trace.Location{}}
	f.number = len(p.table.Functions)
	entry := len(p.edits)
	p.edits = append(p.edits, Edit{Anchor: point.BlockStart, Node: f.body, Op: Op{Kind: Enter, Number: f.number}})
	params := f.parameters(recv)
	params = append(params, f.parameters(f.signature.Params)...)
	f.nameResults()
	f.copied = f.copyable()
	f.firsts()
	f.block(f.body.List)
	f.controls()
	f.places()
	if len(f.results) == 0 {
		f.add(point.BlockEnd, f.body, f.returnOp(Return))
	}
	op := &p.edits[entry].Op
	op.Values, op.Results, op.Deref, op.ResultKinds = params, f.results, f.deref, f.resultKinds
	op.Requests = f.requests()
	if lit, ok := f.node.(*ast.FuncLit); ok {
		op.Spawned = f.spawned[lit]
	}
	if f.copied {
		p.edits[entry].Place, op.Copied = Copied, true
		f.labels()
	}
	p.table.Functions = append(p.table.Functions, *f.fn)
}

// block handles the statements of a list.
func (f *function) block(list []ast.Stmt) {
	for _, s := range list {
		f.label = ""
		for {
			l, ok := s.(*ast.LabeledStmt)
			if !ok {
				break
			}
			f.endRun()
			s, f.label = l.Stmt, l.Label.Name
		}
		f.statement(s)
	}
	f.endRun()
}

// statement handles one statement, after its labels.
func (f *function) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.EmptyStmt:
	case *ast.BlockStmt:
		f.block(s.List)
	case *ast.IfStmt:
		f.ifStmt(s)
	case *ast.ForStmt:
		f.forStmt(s)
	case *ast.RangeStmt:
		f.rangeStmt(s)
	case *ast.SwitchStmt:
		defer f.enter(s, s.Body, false)()
		f.step("switch", s, s.Pos(), s.Body.Lbrace, parts(s.Init, s.Tag))
		f.clauses(s.Body, s.Init)
	case *ast.TypeSwitchStmt:
		defer f.enter(s, s.Body, false)()
		f.step("switch", s, s.Pos(), s.Body.Lbrace, parts(s.Init, s.Assign))
		f.clauses(s.Body, s.Init)
	case *ast.SelectStmt:
		defer f.enter(s, s.Body, false)()
		f.step("select", s, s.Pos(), s.Body.Lbrace, nil)
		f.clauses(s.Body, nil)
	case *ast.ReturnStmt:
		f.returnStmt(s)
	case *ast.DeclStmt:
		f.declaration(s)
	case *ast.BranchStmt:
		f.step("stmt", s, s.Pos(), s.End(), nil)
		f.exit(s, f.exited(s))
	case *ast.GoStmt:
		f.step("go", s, s.Pos(), s.End(), parts(s))
		f.spawn(s)
	case *ast.DeferStmt:
		f.step("defer", s, s.Pos(), s.End(), parts(s))
	case *ast.AssignStmt:
		if isCounter(s.Lhs[0]) {
			return
		}
		f.step("stmt", s, s.Pos(), s.End(), parts(s))
		f.keep(s)
		f.after1(s, s)
	case *ast.IncDecStmt:
		if isCounter(s.X) {
			return
		}
		f.step("stmt", s, s.Pos(), s.End(), parts(s))
		f.after1(s, s)
	case *ast.ExprStmt:
		if call, ok := s.X.(*ast.CallExpr); ok && isCounter(call.Fun) {
			return
		}
		f.step("stmt", s, s.Pos(), s.End(), parts(s))
	default:
		f.step("stmt", s, s.Pos(), s.End(), parts(s))
	}
}

// parts returns the parts that are not nil.
func parts(nodes ...any) []ast.Node {
	var list []ast.Node
	for _, n := range nodes {
		switch n := n.(type) {
		case ast.Stmt:
			list = append(list, n)
		case ast.Expr:
			list = append(list, n)
		}
	}
	return list
}

// step puts the step of a statement before the statement.
func (f *function) step(kind string, s ast.Stmt, from, to token.Pos, own []ast.Node) {
	n := f.location(kind, from, to, own)
	f.numbers[s] = n
	f.addStep(point.Before, s, n, f.straight(s))
}

// location adds a location; own is the code that runs there.
func (f *function) location(kind string, from, to token.Pos, own []ast.Node) int {
	start, end := f.position(from), f.position(to)
	u := f.uses(own)
	f.fn.Locations = append(f.fn.Locations, trace.Location{
		Kind: kind, Line: start.Line, Column: start.Column, EndLine: max(start.Line, end.Line), EndColumn: end.Column,
		Reads: u.reads, Writes: u.writes,
	})
	return len(f.fn.Locations) - 1
}

func (f *function) ifStmt(s *ast.IfStmt) {
	f.step("if", s, s.Pos(), s.Body.Lbrace, parts(s.Init, s.Cond))
	written := f.written(s.Init)
	f.branch(point.BlockStart, s.Body, True, written, s.Body.List)
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		f.branch(point.BlockStart, e, False, written, e.List)
	case *ast.IfStmt:
		if len(written) == 0 {
			f.outcome = False
		} else {
			f.add(point.ElseIf, e, Op{Kind: False})
			f.addValues(point.ElseIf, e, written)
		}
		f.ifStmt(e)
	default:
		f.branch(point.ImplicitElse, s, False, written, nil)
	}
}

// branch handles a branch of an if, which says the outcome of the condition: with its
// first step, if nothing comes before that.
func (f *function) branch(a point.Anchor, n ast.Node, outcome OpKind, written []Op, list []ast.Stmt) {
	if len(written) == 0 && begins(list) {
		f.outcome = outcome
	} else {
		f.add(a, n, Op{Kind: outcome})
	}
	f.addValues(a, n, written)
	f.block(list)
}

// forStmt: the loop is a step when it is reached, and each round is one.
func (f *function) forStmt(s *ast.ForStmt) {
	defer f.enter(s, s.Body, false)()
	f.step("for", s, s.Pos(), s.Body.Lbrace, parts(s.Init))
	round := f.location("round", s.Pos(), s.Body.Lbrace, parts(s.Cond, s.Post))
	f.rounds[s] = round
	f.add(point.BlockStart, s.Body, Op{Kind: Round, Number: round})
	f.addStep(point.BlockStart, s.Body, round, true)
	seen := make(map[int]bool)
	for _, op := range append(f.written(s.Init), f.written(s.Post)...) {
		if !seen[op.Number] {
			f.addValues(point.BlockStart, s.Body, []Op{op})
		}
		seen[op.Number] = true
	}
	f.block(s.Body.List)
}

func (f *function) rangeStmt(s *ast.RangeStmt) {
	overFunc := f.rangesOverFunc(s)
	defer f.enter(s, s.Body, overFunc)()
	f.step("range", s, s.Pos(), s.Body.Lbrace, parts(s.X))
	targets := make([]ast.Expr, 0, 2)
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil {
			targets = append(targets, e)
		}
	}
	round := f.location("round", s.Pos(), s.Body.Lbrace, nil)
	l := &f.fn.Locations[round]
	for _, e := range targets {
		if n, ok := f.target(e); ok {
			l.Writes = append(l.Writes, n)
		}
	}
	if overFunc {
		f.add(point.BlockStart, s.Body, Op{Kind: Body, Number: f.number})
	}
	f.rounds[s] = round
	f.add(point.BlockStart, s.Body, Op{Kind: Round, Number: round})
	f.addStep(point.BlockStart, s.Body, round, true)
	f.addValues(point.BlockStart, s.Body, f.targets(targets))
	f.block(s.Body.List)
	if overFunc {
		f.add(point.BlockEnd, s.Body, Op{Kind: Exit, Number: 1})
	}
}

// clauses handles the clauses of a switch or select. What the header has written is
// recorded in the clause that is chosen.
func (f *function) clauses(body *ast.BlockStmt, init ast.Stmt) {
	header := f.written(init)
	for _, c := range body.List {
		var own []ast.Node
		var list []ast.Stmt
		var colon token.Pos
		var comm ast.Stmt
		switch c := c.(type) {
		case *ast.CaseClause:
			for _, e := range c.List {
				if tv, ok := f.Info.Types[e]; ok && !tv.IsType() {
					own = append(own, e)
				}
			}
			list, colon = c.Body, c.Colon
		case *ast.CommClause:
			own, list, colon, comm = parts(c.Comm), c.Body, c.Colon, c.Comm
		}
		n := f.location("case", c.Pos(), colon, own)
		f.numbers[c] = n
		f.addStep(point.ClauseStart, c, n, true)
		f.addValues(point.ClauseStart, c, header)
		f.addValues(point.ClauseStart, c, f.written(comm))
		if v, ok := f.Info.Implicits[c].(*types.Var); ok { // the variable of a type switch
			id := f.variable(v)
			l := &f.fn.Locations[n]
			l.Writes = append(l.Writes, id)
			f.addValues(point.ClauseStart, c, f.value(id, v.Name(), v.Type()))
		}
		f.block(list)
	}
}

// declaration records the variables of a declaration.
func (f *function) declaration(s *ast.DeclStmt) {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok || d.Tok != token.VAR || len(d.Specs) == 0 {
		return
	}
	f.step("stmt", s, s.Pos(), s.End(), parts(s))
	f.after1(s, s)
}

// after1 inserts, after a simple statement, what records the values that it has
// written.
func (f *function) after1(n ast.Node, s ast.Stmt) {
	for _, op := range f.written(s) {
		f.after(n, op)
		f.ofRun()
	}
}

// returnStmt makes a return set the results first, so that the trace shows that
// they are set.
func (f *function) returnStmt(s *ast.ReturnStmt) {
	f.step("return", s, s.Pos(), s.End(), parts(s))
	if len(s.Results) == 0 {
		f.add(point.Before, s, f.returnOp(Return))
		f.exit(s, f.exited(s))
		return
	}
	deref := f.shadowed(s.Pos())
	f.deref = f.deref || deref
	f.at(s.Pos(), len("return"), Op{Kind: ReturnOpen, Results: f.results, Deref: deref})
	closing := f.returnOp(ReturnClose)
	closing.Results, closing.Deref, closing.Number = f.results, deref, f.exited(s)
	f.after(s, closing)
}

// returnOp returns what follows when the results are set. In a copied body it also
// records them; otherwise the deferred end of the call does, since deferred calls of
// the user's may change them.
func (f *function) returnOp(kind OpKind) Op {
	if f.copied {
		return Op{Kind: kind, Results: f.results, ResultKinds: f.resultKinds, Copied: true}
	}
	return Op{Kind: kind}
}
