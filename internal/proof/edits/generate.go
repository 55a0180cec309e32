package edits

import (
	"fmt"
	"math/rand/v2"
)

// maker makes random code. All of its names differ, so that few statements are
// equal by chance.
type maker struct {
	*rand.Rand
	tag        string // of the case, part of each name
	names, ids int
	repetitive int // percentage of statements that resemble many others
}

func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

func pick[T any](m *maker, list []T) T { return list[m.IntN(len(list))] }

var words = []string{"open", "load", "store", "read", "head", "count", "queue", "limit", "retry", "flush", "parse", "merge", "token", "batch", "index"}

func (m *maker) name() string {
	m.names++
	return fmt.Sprintf("%s%s%d", pick(m, words), m.tag, m.names)
}

func (m *maker) id() int {
	m.ids++
	return m.ids
}

func leaf(text string) *Node { return &Node{Form: text} }

func (m *maker) leafName() *Node { return leaf(m.name()) }

// file makes a file of functions.
func (m *maker) file(name, pkg string, functions, statements int) *File {
	f := &File{Name: name, Package: pkg, Funcs: &Block{}}
	for range functions {
		f.Funcs.List = append(f.Funcs.List, m.function(1+m.IntN(statements)))
	}
	return f
}

// function makes a function with about n statements.
func (m *maker) function(n int) *Node {
	form := pick(m, []string{
		"func %0(%*1) {", "func %0(%*1) error {", "func %0[T any](%*1) (T, error) {", "func (r *recv) %0(%*1) {", "func (r recv) %0(%*1) (n int, err error) {",
	})
	f := &Node{ID: m.id(), Form: form, Args: []*Node{m.leafName()}, Body: &Block{}, Broken: m.chance(10)}
	for range m.IntN(4) {
		f.Args = append(f.Args, leaf(m.name()+pick(m, []string{" int", " string", " map[string]int", " func(int) error", " *recv"})))
	}
	f.Body.List = m.statements(n, 2)
	return f
}

// statements makes about n statements, with blocks at most depth deep.
func (m *maker) statements(n, depth int) []*Node {
	var list []*Node
	for n > 0 {
		s := m.statement(n, depth)
		n -= size(s)
		list = append(list, s)
	}
	return list
}

func size(n *Node) int {
	total := 1
	for _, b := range n.blocks() {
		for _, inner := range b.List {
			total += size(inner)
		}
	}
	return total
}

func (m *maker) statement(n, depth int) *Node {
	var s *Node
	switch {
	case m.chance(m.repetitive):
		s = m.common()
	case n > 1 && depth > 0 && m.chance(45):
		s = m.compound(1+m.IntN(n), depth-1)
	default:
		s = m.simple(depth)
	}
	s.ID = m.id()
	return s
}

// common makes a statement that occurs often in the functions of the case.
func (m *maker) common() *Node {
	switch m.IntN(7) {
	case 0, 1, 2:
		return &Node{Form: "if %0 {", Args: []*Node{leaf("err" + m.tag + " != nil")}, Body: &Block{[]*Node{{ID: m.id(), Form: "return %*0", Args: []*Node{leaf("err" + m.tag)}}}}}
	case 3:
		return leaf("mu" + m.tag + ".Lock()")
	case 4:
		return &Node{Form: "defer %0", Args: []*Node{leaf("mu" + m.tag + ".Unlock()")}}
	case 5:
		return leaf("n" + m.tag + "++")
	}
	return &Node{Form: "return %*0", Args: []*Node{leaf("nil" + m.tag)}}
}

// simple makes a statement without a block, except for literals.
func (m *maker) simple(depth int) *Node {
	e := func() *Node { return m.expression(2, depth) }
	switch m.IntN(14) {
	case 0, 1, 2:
		return &Node{Form: "%0 := %1", Args: []*Node{m.leafName(), e()}}
	case 3:
		return &Node{Form: "%0, %1 = %2, %3", Args: []*Node{m.leafName(), m.leafName(), e(), e()}}
	case 4:
		return &Node{Form: "%0 += %1", Args: []*Node{m.leafName(), e()}}
	case 5:
		return &Node{Form: "%0++", Args: []*Node{m.leafName()}}
	case 6:
		return &Node{Form: "%0 <- %1", Args: []*Node{m.leafName(), e()}}
	case 7:
		return &Node{Form: pick(m, []string{"defer %0", "go %0"}), Args: []*Node{m.call(2, depth)}}
	case 8:
		return &Node{Form: "return %*0", Args: []*Node{e(), e()}[m.IntN(2):]}
	case 9:
		return &Node{Form: pick(m, []string{"var %0, %1 int", "var %0, %1 = 1, 2", "var (%0, %1 int; %2 string)", "var (\n\t%0, %1 int\n\t%2 string\n)"}),
			Args: []*Node{m.leafName(), m.leafName(), m.leafName()}}
	case 10:
		if depth > 0 && m.chance(50) {
			return &Node{Form: pick(m, []string{"go %0()", "defer %0()", "%0()"}), Args: []*Node{m.literal(depth - 1)}}
		}
	case 11:
		return &Node{Form: "%0 := %1", Args: []*Node{m.leafName(), m.composite(depth)}}
	}
	return m.call(2, depth)
}

// compound makes a statement with blocks that hold about n statements.
func (m *maker) compound(n, depth int) *Node {
	e := func() *Node { return m.condition() }
	body := func() *Block { return &Block{m.statements(1+m.IntN(n), depth)} }
	switch m.IntN(9) {
	case 0, 1, 2:
		return m.branch(n, depth)
	case 3:
		return &Node{Form: "for %0 {", Args: []*Node{e()}, Body: body()}
	case 4:
		return &Node{Form: "for %0 := 0; %0 < %1; %0++ {", Args: []*Node{m.leafName(), m.leafName()}, Body: body(), Label: pick(m, []string{"", "", m.name() + ":"})}
	case 5:
		return &Node{Form: pick(m, []string{"for %0, %1 := range %2 {", "for range %2 {", "for _, %1 := range %2 {"}), Args: []*Node{m.leafName(), m.leafName(), e()}, Body: body()}
	case 6:
		return m.clauses("switch %0 {", n, depth, func() *Node {
			return &Node{Form: "case %*0:", Args: []*Node{m.leafName(), m.leafName(), m.condition()}[m.IntN(3):]}
		})
	case 7:
		return m.clauses("switch %0 := %1.(type) {", n, depth, func() *Node {
			return &Node{Form: "case %*0:", Args: []*Node{m.leafName(), m.leafName()}[m.IntN(2):]}
		})
	}
	return m.clauses("select {", n, depth, func() *Node {
		return &Node{Form: pick(m, []string{"case %0 := <-%1:", "case %0 <- %1:", "case <-%1:"}), Args: []*Node{m.leafName(), m.leafName()}}
	})
}

func (m *maker) branch(n, depth int) *Node {
	s := &Node{Form: "if %0 {", Args: []*Node{m.condition()}, Body: &Block{m.statements(1+m.IntN(n), depth)}}
	if m.chance(30) {
		s = &Node{Form: "if %0 := %1; %2 {", Args: []*Node{m.leafName(), m.call(1, 0), m.condition()}, Body: s.Body}
	}
	switch m.IntN(4) {
	case 0:
		s.Else = &Block{m.statements(1+m.IntN(n), depth)}
	case 1:
		inner := m.branch(max(1, n/2), depth)
		inner.ID = m.id()
		s.Else, s.Chain = &Block{[]*Node{inner}}, true
	}
	return s
}

// clauses makes a switch or select.
func (m *maker) clauses(form string, n, depth int, clause func() *Node) *Node {
	s := &Node{Form: form, Args: []*Node{m.leafName(), m.leafName()}, Body: &Block{}}
	for range 1 + m.IntN(3) {
		c := clause()
		c.ID, c.Body = m.id(), &Block{m.statements(1+m.IntN(n), depth)}
		s.Body.List = append(s.Body.List, c)
	}
	if m.chance(30) {
		s.Body.List = append(s.Body.List, &Node{ID: m.id(), Form: "default:", Body: &Block{m.statements(1, depth)}})
	}
	return s
}
