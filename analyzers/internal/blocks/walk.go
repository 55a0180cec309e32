package blocks

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/goat-trace/goat/internal/syntax"
)

// walker lays out the functions of one file.
type walker struct {
	marker  Marker
	barred  barred
	funcs   []*Func
	ignored bool // inside a part that a comment excludes
	extents []syntax.Extent
}

// function lays out one function and, after it, the literals in it.
func (w *walker) function(node ast.Node, body *ast.BlockStmt, name naming) {
	f := &Func{Name: name.name, Node: node, Body: body}
	w.funcs = append(w.funcs, f)
	b := &layout{walker: w, fn: f, name: &name}
	b.block(&Block{Role: Body, Node: body, Start: body.Lbrace + 1, End: body.Rbrace, Head: b.signature(f)}, body.List)
	b.resolveTargets()
}

// literals lays out the function literals under root, which is not a statement
// list. It skips types, which hold no code that runs.
func (w *walker) literals(outer *naming, root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		name := outer.next()
		if w.marker.Touches(lit.Pos(), lit.End()) {
			w.function(lit, lit.Body, naming{name: name})
		}
		return false
	})
}

// layout is the state of laying out one function.
type layout struct {
	*walker
	fn      *Func
	name    *naming
	targets []string // labels that a goto names
	labels  []labelled
}

// labelled is a label and the place of its statement.
type labelled struct {
	label string
	block *Block
	index int
}

// block lays out a block with everything nested in it, and returns where
// control may go from it.
func (b *layout) block(block *Block, list []ast.Stmt) flow {
	around := b.ignored
	if len(list) > 0 {
		block.first = list[0].Pos()
	}
	b.ignoreBlock(block)
	b.fn.Blocks = append(b.fn.Blocks, block)
	block.Branch = block.Branch && !b.ignored
	if b.ignored && block.Role == Body { // the point of the signature would be in it
		block.Head.Lines, block.Head.Changed = nil, false
	}
	block.Stmts = make([]Stmt, 0, len(list))
	var all flow
	prev, labels := block.Start, len(b.labels)
	for _, stmt := range list {
		all.add(b.entry(block, stmt, prev))
		prev = stmt.End()
	}
	if len(all.gotos) > 0 {
		for _, l := range b.labels[labels:] {
			all.behind(l.label)
		}
	}
	b.ignored = around
	return all
}

func (b *layout) ignoreBlock(block *Block) {
	if block.Start == block.End {
		return
	}
	if b.marker.IgnoresBlock(block.Start, block.first, block.End).IsValid() {
		b.marker.Ignored(block.Start, block.End)
		b.ignored = true
	}
}

// entry adds one statement of a list to its block.
func (b *layout) entry(block *Block, stmt ast.Stmt, prev token.Pos) flow {
	around := b.ignored
	defer func() { b.ignored = around }()
	if b.marker.IgnoresStmt(prev, stmt.Pos()) {
		b.marker.Ignored(stmt.Pos(), stmt.End())
		b.ignored = true
	}
	inner, labels := b.unlabel(block, stmt)
	if transparent(inner) {
		return flow{}
	}
	at := len(block.Stmts)
	block.Stmts = append(block.Stmts, Stmt{Node: inner, Labelled: b.labelledAt(block, at)})
	entry := &block.Stmts[at]
	_, entry.Bare = inner.(*ast.BlockStmt)
	b.mark(entry)
	f := b.statement(inner, entry)
	for _, l := range labels {
		f.behind(l.label)
	}
	entry.Leaves = f.leaves()
	return f
}

// unlabel returns a labelled statement without its labels, and the labels. The
// label of an empty statement belongs to the next statement of the list.
func (b *layout) unlabel(block *Block, stmt ast.Stmt) (ast.Stmt, []labelled) {
	from := len(b.labels)
	for {
		l, ok := stmt.(*ast.LabeledStmt)
		if !ok {
			return stmt, slices.Clip(b.labels[from:])
		}
		b.labels = append(b.labels, labelled{l.Label.Name, block, len(block.Stmts)})
		stmt = l.Stmt
	}
}

func (b *layout) labelledAt(block *Block, index int) bool {
	n := len(b.labels)
	return n > 0 && b.labels[n-1].block == block && b.labels[n-1].index == index
}

// transparent reports whether package syntax does not count a statement as one,
// and no other statement is in it.
func transparent(stmt ast.Stmt) bool {
	switch s := stmt.(type) {
	case *ast.EmptyStmt, *ast.BadStmt:
		return true
	case *ast.DeclStmt:
		d, ok := s.Decl.(*ast.GenDecl)
		return !ok || d.Tok != token.VAR || len(d.Specs) == 0
	}
	return false
}

// statement lays out what is nested in a statement.
func (b *layout) statement(stmt ast.Stmt, entry *Stmt) flow {
	changed := entry.branches
	switch s := stmt.(type) {
	case *ast.BlockStmt:
		return b.block(&Block{Role: Bare, Node: s, Start: s.Lbrace + 1, End: s.Rbrace}, s.List)
	case *ast.IfStmt:
		return b.ifStmt(s, changed)
	case *ast.ForStmt:
		b.header(s.Init)
		b.header(s.Cond)
		b.header(s.Post)
		return b.loop(s.Body, entry)
	case *ast.RangeStmt:
		b.header(s.Key)
		b.header(s.Value)
		b.header(s.X)
		return b.loop(s.Body, entry)
	case *ast.SwitchStmt:
		b.header(s.Init)
		b.header(s.Tag)
		return b.clauses(s, s.Body, changed)
	case *ast.TypeSwitchStmt:
		b.header(s.Init)
		b.header(s.Assign)
		return b.clauses(s, s.Body, changed)
	case *ast.SelectStmt:
		return b.clauses(nil, s.Body, changed)
	case *ast.ReturnStmt:
		b.header(s)
		return flow{exits: true}
	case *ast.BranchStmt:
		f := branch(s)
		b.targets = append(b.targets, f.gotos...)
		return f
	}
	b.header(stmt)
	return flow{exits: syntax.IsPanic(stmt)}
}

// header lays out the literals in a part of a header or in a simple statement.
// part may be nil.
func (b *layout) header(part ast.Node) {
	if part != nil {
		b.literals(b.name, part)
	}
}

func (b *layout) ifStmt(s *ast.IfStmt, changed bool) flow {
	b.header(s.Init)
	b.header(s.Cond)
	f := b.block(&Block{Role: Then, Node: s.Body, Start: s.Body.Lbrace + 1, End: s.Body.Rbrace, Branch: changed}, s.Body.List)
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		f.add(b.block(&Block{Role: Else, Node: e, Start: e.Lbrace + 1, End: e.Rbrace, Branch: changed}, e.List))
	case *ast.IfStmt:
		f.add(b.block(&Block{Role: ElseIf, Node: e, Start: e.Pos(), End: e.Pos(), Branch: changed}, []ast.Stmt{e}))
	default:
		if changed {
			b.fn.Blocks = append(b.fn.Blocks, &Block{Role: ImplicitElse, Node: s, Start: s.End(), End: s.End(), Branch: true})
		}
	}
	return f
}

func (b *layout) loop(body *ast.BlockStmt, entry *Stmt) flow {
	block := &Block{Role: Loop, Node: body, Start: body.Lbrace + 1, End: body.Rbrace, Branch: entry.branches}
	if len(entry.later) > 0 {
		block.Head = &Stmt{Node: entry.Node, Changed: true, Lines: entry.later}
	}
	f := b.block(block, body.List)
	f.breaks, f.continues = false, false
	return f
}

// clauses lays out the clauses of a switch, or of a select if sw is nil. Only a
// switch can have an implicit default.
func (b *layout) clauses(sw ast.Stmt, body *ast.BlockStmt, changed bool) flow {
	var all flow
	needDefault := sw != nil && changed && len(body.List) > 0
	blocks := clauseBlocks(body)
	for i, block := range blocks {
		block.Branch = changed
		all.add(b.clause(block, b.clauseIgnored(body, blocks, i)))
		needDefault = needDefault && block.Role != Default
	}
	if needDefault {
		b.fn.Blocks = append(b.fn.Blocks, &Block{Role: NewDefault, Node: sw, Start: body.Rbrace, End: body.Rbrace, Branch: true})
	}
	all.breaks = false
	return all
}

func (b *layout) clause(block *Block, ignored bool) flow {
	around := b.ignored
	defer func() { b.ignored = around }()
	if ignored {
		b.marker.Ignored(block.Node.Pos(), block.End)
		b.ignored = true
	}
	switch c := block.Node.(type) {
	case *ast.CaseClause:
		for _, e := range c.List {
			b.header(e)
		}
	case *ast.CommClause:
		b.header(c.Comm)
	}
	block.Head = b.clauseHead(block.Node)
	return b.block(block, clauseList(block.Node))
}

// resolveTargets marks the statements that a goto jumps to.
func (b *layout) resolveTargets() {
	for _, l := range b.labels {
		if slices.Contains(b.targets, l.label) && l.index < len(l.block.Stmts) {
			l.block.Stmts[l.index].Target = true
		}
	}
}
