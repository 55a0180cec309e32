package edits

import (
	"slices"
	"strings"
)

// Edit is one kind of change. Do reports false if there is nothing to change in
// that way.
type Edit struct {
	Name string
	Do   func(e *editor) bool
}

// Edits are all kinds of change.
func Edits() []Edit {
	return []Edit{
		{"insert", (*editor).insert}, {"delete", (*editor).delete}, {"own text", (*editor).ownText}, {"own text", (*editor).ownText},
		{"own text", (*editor).ownText}, {"shorten", (*editor).shorten}, {"shorten", (*editor).shorten}, {"wrap", (*editor).wrap}, {"unwrap", (*editor).unwrap},
		{"move", (*editor).move}, {"move", (*editor).move}, {"copy", (*editor).copy}, {"replace", (*editor).replace},
		{"split", (*editor).split}, {"join", (*editor).join}, {"else", (*editor).elses}, {"clause", (*editor).clauses},
		{"unchain", (*editor).unchain}, {"format", (*editor).format}, {"new function", (*editor).insertFunction},
		{"delete function", (*editor).deleteFunction}, {"move function", (*editor).moveFunction}, {"copy function", (*editor).copyFunction},
		{"common", (*editor).insertCommon},
	}
}

// editor changes one side of a case.
type editor struct {
	*maker
	program *Program
}

// lists returns the blocks of statements, without those of clauses and functions.
func (e *editor) lists() []*Block {
	var all []*Block
	for _, f := range e.program.Files {
		for _, fn := range f.Funcs.List {
			fn.Body.visit(func(b *Block) {
				if len(b.List) == 0 || !b.List[0].clause() {
					all = append(all, b)
				}
			})
		}
	}
	return all
}

// filled returns the blocks that have a statement to change. The block of an else
// that is written as else if is not a list to insert into.
func (e *editor) filled() []*Block {
	chains := e.chains()
	return slices.DeleteFunc(e.lists(), func(b *Block) bool { return len(b.List) == 0 || chains[b] })
}

func (e *editor) open() []*Block {
	chains := e.chains()
	return slices.DeleteFunc(e.lists(), func(b *Block) bool { return chains[b] })
}

func (e *editor) chains() map[*Block]bool {
	all := make(map[*Block]bool)
	for _, n := range e.nodes() {
		if n.chained() {
			all[n.Else] = true
		}
	}
	return all
}

// nodes returns all functions, statements and clauses.
func (e *editor) nodes() []*Node {
	var all []*Node
	for _, f := range e.program.Files {
		f.Funcs.visit(func(b *Block) { all = append(all, b.List...) })
	}
	return all
}

// some returns a node that ok accepts, or nil.
func (e *editor) some(ok func(*Node) bool) *Node {
	all := slices.DeleteFunc(e.nodes(), func(n *Node) bool { return !ok(n) })
	if len(all) == 0 {
		return nil
	}
	return pick(e.maker, all)
}

// span chooses neighbouring statements, b.List[from:to].
func (e *editor) span() (b *Block, from, to int) {
	filled := e.filled()
	if len(filled) == 0 {
		return nil, 0, 0
	}
	b = pick(e.maker, filled)
	from = e.IntN(len(b.List))
	return b, from, from + 1 + e.IntN(min(4, len(b.List)-from))
}

// expressions returns the expressions in a statement's own text, by their places.
func expressions(n *Node) []**Node {
	var all []**Node
	for i := range n.Args {
		all = append(all, &n.Args[i])
		all = append(all, expressions(n.Args[i])...)
	}
	return all
}

func lists(n *Node) []*Node {
	var all []*Node
	if strings.Contains(n.Form, "%*") {
		all = append(all, n)
	}
	for _, a := range n.Args {
		all = append(all, lists(a)...)
	}
	return all
}
