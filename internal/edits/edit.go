package edits

import (
	"slices"
	"strings"
)

// Edit is one kind of change. Do reports false when there is nothing to change
// in that way.
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

// lists are the blocks of statements, without those of clauses and functions.
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

// filled are the blocks that hold a statement to change: the one of an else
// that is written as else if is no list to insert into.
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

// nodes are all functions, statements and clauses.
func (e *editor) nodes() []*Node {
	var all []*Node
	for _, f := range e.program.Files {
		f.Funcs.visit(func(b *Block) { all = append(all, b.List...) })
	}
	return all
}

// some returns a node that ok holds for, or nil.
func (e *editor) some(ok func(*Node) bool) *Node {
	all := slices.DeleteFunc(e.nodes(), func(n *Node) bool { return !ok(n) })
	if len(all) == 0 {
		return nil
	}
	return pick(e.maker, all)
}

// span chooses statements that stand behind each other, b.List[from:to].
func (e *editor) span() (b *Block, from, to int) {
	filled := e.filled()
	if len(filled) == 0 {
		return nil, 0, 0
	}
	b = pick(e.maker, filled)
	from = e.IntN(len(b.List))
	return b, from, from + 1 + e.IntN(min(4, len(b.List)-from))
}

func (e *editor) insertAt(list []*Node) bool {
	open := e.open()
	if len(open) == 0 {
		return false
	}
	b := pick(e.maker, open)
	b.List = slices.Insert(b.List, e.IntN(len(b.List)+1), list...)
	return true
}

func (e *editor) insert() bool { return e.insertAt(e.statements(1+e.IntN(2), 2)) }

func (e *editor) insertCommon() bool {
	s := e.common()
	s.ID = e.id()
	return e.insertAt([]*Node{s})
}

func (e *editor) delete() bool {
	b, from, to := e.span()
	if b == nil {
		return false
	}
	b.List = slices.Delete(slices.Clone(b.List), from, to)
	return true
}

func (e *editor) replace() bool {
	b, from, to := e.span()
	if b == nil {
		return false
	}
	b.List = slices.Replace(slices.Clone(b.List), from, to, e.statements(1+e.IntN(2), 1)...)
	return true
}

// expressions are the expressions of a statement's own text: each by where it
// stands.
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

// ownText changes a token of a statement, clause or signature, or a few.
func (e *editor) ownText() bool {
	n := e.some(func(n *Node) bool { return len(n.Args) > 0 })
	if n == nil {
		return false
	}
	switch all := expressions(n); e.IntN(4) {
	case 0:
		at := pick(e.maker, all)
		if (*at).Body == nil {
			*at = e.expression(1, 0)
			return true
		}
	case 1: // wrapped
		at := pick(e.maker, all)
		*at = &Node{Form: pick(e.maker, []string{"%0(%1)", "%0 + %1", "%0 && %1", "%0(%1, 1)"}), Args: []*Node{e.leafName(), *at}}
		return true
	case 2: // an operand more
		if lists := lists(n); len(lists) > 0 {
			l := pick(e.maker, lists)
			l.Args = slices.Insert(slices.Clone(l.Args), firstOfList(l)+e.IntN(len(l.Args)-firstOfList(l)+1), e.expression(1, 0))
			return true
		}
	case 3:
		return e.keyword(n)
	}
	return false
}

// firstOfList returns the index of a list's first argument.
func firstOfList(n *Node) int {
	i := strings.Index(n.Form, "%*")
	return min(int(n.Form[i+2]-'0'), len(n.Args))
}

// keyword changes what a statement does to its expressions.
func (e *editor) keyword(n *Node) bool {
	for _, c := range [][2]string{
		{"defer %0", "%0"}, {"go %0", "%0"}, {"%0 := %1", "%0 = %1"}, {"return %*0", "return"}, {"%0++", "%0--"}, {"%0 += %1", "%0 -= %1"},
		{"if %0 := %1; %2 {", "if %2 {"}, {"for %0 := 0; %0 < %1; %0++ {", "for %0 < %1 {"}, {"for %0, %1 := range %2 {", "for range %2 {"},
		{"var %0, %1 int", "var %0 int"}, {"var (%0, %1 int; %2 string)", "var (%0 int; %2 string)"}, {"case %0 := <-%1:", "case <-%1:"},
		{"var (\n\t%0, %1 int\n\t%2 string\n)", "var (\n\t%0, %1 int\n)"},
		{"%0(%*1)", "defer %0(%*1)"}, {"func %0(%*1) error {", "func %0(%*1) {"}, {"func (r *recv) %0(%*1) {", "func %0(%*1) {"},
	} {
		if n.Form == c[0] || e.chance(50) && n.Form == c[1] && !strings.Contains(c[1], "(") && strings.Count(c[0], "%") <= len(n.Args) {
			n.Form = map[bool]string{true: c[1], false: c[0]}[n.Form == c[0]]
			return true
		}
	}
	return false
}

// shorten takes tokens from a statement and adds none. Often another statement
// is put right behind or before it.
func (e *editor) shorten() bool {
	n := e.some(func(n *Node) bool { return len(n.Args) > 0 })
	if n == nil || !e.lose(n) {
		return false
	}
	if e.chance(50) {
		for _, b := range e.open() {
			if i := slices.Index(b.List, n); i >= 0 {
				b.List = slices.Insert(slices.Clone(b.List), i+e.IntN(2), e.statements(1, 1)...)
				break
			}
		}
	}
	return true
}

// lose replaces an expression by one of its parts, or takes one from a list.
func (e *editor) lose(n *Node) bool {
	if e.chance(30) {
		return e.keyword(n)
	}
	if lists := lists(n); len(lists) > 0 && e.chance(50) {
		l := pick(e.maker, lists)
		first := firstOfList(l)
		if len(l.Args) == first {
			return false
		}
		i := first + e.IntN(len(l.Args)-first)
		l.Args = slices.Delete(slices.Clone(l.Args), i, i+1)
		return true
	}
	all := slices.DeleteFunc(expressions(n), func(at **Node) bool { return len((*at).Args) == 0 })
	if len(all) == 0 {
		return false
	}
	at := pick(e.maker, all)
	*at = pick(e.maker, (*at).Args)
	return true
}

// wrap puts statements into a new block.
func (e *editor) wrap() bool {
	b, from, to := e.span()
	if b == nil {
		return false
	}
	inner := &Block{slices.Clone(b.List[from:to])}
	var s *Node
	switch e.IntN(5) {
	case 0:
		s = &Node{Form: "for %0 {", Args: []*Node{e.condition()}, Body: inner}
	case 1:
		s = &Node{Form: "%0(%*1)", Args: []*Node{e.leafName(), {Form: "func() {", Body: inner}}}
	case 2:
		s = &Node{Form: "go %0()", Args: []*Node{{Form: "func() {", Body: inner}}}
	default:
		s = &Node{Form: "if %0 {", Args: []*Node{e.condition()}, Body: inner}
	}
	s.ID = e.id()
	b.List = slices.Replace(slices.Clone(b.List), from, to, s)
	return true
}

// unwrap puts the statements of a block where the block stood.
func (e *editor) unwrap() bool {
	for range 10 {
		b, from, _ := e.span()
		if b == nil {
			return false
		}
		blocks := slices.DeleteFunc(b.List[from].blocks(), func(b *Block) bool { return len(b.List) == 0 })
		if len(blocks) == 0 {
			continue
		}
		inner := pick(e.maker, blocks).List
		if inner[0].clause() {
			inner = pick(e.maker, inner).Body.List
		}
		b.List = slices.Replace(slices.Clone(b.List), from, from+1, inner...)
		return true
	}
	return false
}

func (e *editor) move() bool {
	b, from, to := e.span()
	if b == nil {
		return false
	}
	moved := slices.Clone(b.List[from:to])
	b.List = slices.Delete(slices.Clone(b.List), from, to)
	if e.chance(25) { // something similar takes its place
		similar := e.fresh(moved)
		e.lose(similar[0])
		b.List = slices.Insert(b.List, from, similar...)
	}
	return e.insertAt(moved)
}

func (e *editor) copy() bool {
	b, from, to := e.span()
	if b == nil {
		return false
	}
	return e.insertAt(e.fresh(b.List[from:to]))
}

// fresh copies statements: the copies are nobody's.
func (e *editor) fresh(list []*Node) []*Node {
	b := &Block{cloneAll(list)}
	b.visit(func(b *Block) {
		for _, n := range b.List {
			n.ID = e.id()
		}
	})
	return b.List
}

// split takes an expression out of a statement and gives it one of its own.
func (e *editor) split() bool {
	b, from, _ := e.span()
	if b == nil {
		return false
	}
	all := slices.DeleteFunc(expressions(b.List[from]), func(at **Node) bool { return len((*at).Args) == 0 })
	if len(all) == 0 {
		return false
	}
	at := pick(e.maker, all)
	name := e.name()
	s := &Node{ID: e.id(), Form: "%0 := %1", Args: []*Node{leaf(name), *at}}
	*at = leaf(name)
	b.List = slices.Insert(slices.Clone(b.List), from, s)
	return true
}

// join puts a statement's expression into the statement behind it.
func (e *editor) join() bool {
	b, from, _ := e.span()
	if b == nil || from+1 == len(b.List) || len(b.List[from].Args) == 0 || len(b.List[from].blocks()) > 0 {
		return false
	}
	all := expressions(b.List[from+1])
	if len(all) == 0 {
		return false
	}
	at := pick(e.maker, all)
	if (*at).Body != nil {
		return false
	}
	*at = b.List[from].Args[len(b.List[from].Args)-1]
	b.List = slices.Delete(slices.Clone(b.List), from, from+1)
	return true
}

// elses adds or takes an else, or puts a link into a chain.
func (e *editor) elses() bool {
	n := e.some(func(n *Node) bool { return strings.HasPrefix(n.Form, "if ") })
	if n == nil {
		return false
	}
	link := func(rest *Block, chain bool) *Block {
		return &Block{[]*Node{{ID: e.id(), Form: "if %0 {", Args: []*Node{e.condition()}, Body: &Block{e.statements(1, 0)}, Else: rest, Chain: chain}}}
	}
	switch {
	case n.Else == nil && e.chance(50):
		n.Else = &Block{e.statements(1, 1)}
	case n.Else == nil || e.chance(50):
		n.Else, n.Chain = link(n.Else, n.Chain), true
	default:
		n.Else, n.Chain = nil, false
	}
	return true
}

// unchain makes a statement of its own of an else if, often with another one
// before it.
func (e *editor) unchain() bool {
	n := e.some(func(n *Node) bool { return n.chained() })
	if n == nil {
		return false
	}
	for _, b := range e.open() {
		if i := slices.Index(b.List, n); i >= 0 {
			rest := n.Else.List
			n.Else, n.Chain = nil, false
			if e.chance(50) {
				rest = append(e.statements(1, 0), rest...)
			}
			b.List = slices.Insert(slices.Clone(b.List), i+1, rest...)
			return true
		}
	}
	return false
}

// clauses adds, copies, takes or swaps clauses.
func (e *editor) clauses() bool {
	n := e.some(func(n *Node) bool { return n.Body != nil && len(n.Body.List) > 1 && n.Body.List[0].clause() })
	if n == nil {
		return false
	}
	list := slices.Clone(n.Body.List)
	i := e.IntN(len(list))
	switch e.IntN(3) {
	case 0:
		list = slices.Delete(list, i, i+1)
	case 1:
		c := e.fresh(list[i : i+1])[0]
		if len(c.Args) == 0 {
			return false
		}
		c.Args = []*Node{e.leafName(), e.leafName()}
		if e.chance(50) {
			c.Body = &Block{e.statements(1, 0)}
		}
		list = slices.Insert(list, e.IntN(len(list)+1), c)
	case 2:
		j := e.IntN(len(list))
		list[i], list[j] = list[j], list[i]
	}
	n.Body.List = list
	return true
}

// format breaks and joins lines, which changes nothing.
func (e *editor) format() bool {
	for _, n := range e.nodes() {
		for _, l := range lists(n) {
			if e.chance(20) && n.Form != "return %*0" && len(l.Args) > firstOfList(l) && !strings.HasPrefix(l.Form, "case ") {
				l.Broken = !l.Broken
			}
		}
	}
	return true
}

// functions returns the functions of some file.
func (e *editor) functions() *Block { return pick(e.maker, e.program.Files).Funcs }

func (e *editor) insertFunction() bool {
	b := e.functions()
	b.List = slices.Insert(slices.Clone(b.List), e.IntN(len(b.List)+1), e.function(1+e.IntN(6)))
	return true
}

func (e *editor) takeFunction() *Node {
	b := e.functions()
	if len(b.List) == 0 {
		return nil
	}
	i := e.IntN(len(b.List))
	f := b.List[i]
	b.List = slices.Delete(slices.Clone(b.List), i, i+1)
	return f
}

func (e *editor) deleteFunction() bool { return e.takeFunction() != nil }

func (e *editor) moveFunction() bool {
	f := e.takeFunction()
	if f == nil {
		return false
	}
	b := e.functions()
	b.List = slices.Insert(slices.Clone(b.List), e.IntN(len(b.List)+1), f)
	return true
}

// copyFunction copies a function under another name.
func (e *editor) copyFunction() bool {
	b := e.functions()
	if len(b.List) == 0 {
		return false
	}
	f := e.fresh([]*Node{pick(e.maker, b.List)})[0]
	f.Args[0] = e.leafName()
	to := e.functions()
	to.List = slices.Insert(slices.Clone(to.List), e.IntN(len(to.List)+1), f)
	return true
}
