package edits

import "slices"

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

// unwrap replaces a block by its statements.
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
	if e.chance(25) { // a similar one takes its place
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

// fresh copies statements. The copies have new IDs.
func (e *editor) fresh(list []*Node) []*Node {
	b := &Block{cloneAll(list)}
	b.visit(func(b *Block) {
		for _, n := range b.List {
			n.ID = e.id()
		}
	})
	return b.List
}

// split takes an expression out of a statement and makes it a statement of its own.
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

// join puts a statement's expression into the next statement.
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
