package edits

import "fmt"

func (m *maker) condition() *Node {
	switch m.IntN(4) {
	case 0:
		return m.leafName()
	case 1:
		return &Node{Form: pick(m, []string{"%0 && %1", "%0 || %1", "%0 == %1"}), Args: []*Node{m.leafName(), m.call(1, 0)}}
	case 2:
		return &Node{Form: "!%0", Args: []*Node{m.call(1, 0)}}
	}
	return m.call(1, 0)
}

// expression makes an expression at most size deep. It has literals only if depth
// is above zero.
func (m *maker) expression(size, depth int) *Node {
	if size == 0 {
		return m.leafName()
	}
	e := func() *Node { return m.expression(size-1, 0) }
	switch m.IntN(10) {
	case 0:
		return &Node{Form: "%0 + %1", Args: []*Node{e(), e()}}
	case 1:
		return &Node{Form: "%0[%1]", Args: []*Node{m.leafName(), e()}}
	case 2:
		return &Node{Form: "%0." + m.name(), Args: []*Node{m.leafName()}}
	case 3:
		return &Node{Form: "%0.(%1)", Args: []*Node{m.leafName(), m.leafName()}}
	case 4:
		return leaf(fmt.Sprintf("%q", m.name()+" of "+m.name()))
	case 5:
		return m.composite(0)
	case 6, 7:
		return m.leafName()
	}
	return m.call(size, depth)
}

// call makes a call: a plain one, of a method, of what another call returns, a
// generic one, or a chain over several lines.
func (m *maker) call(size, depth int) *Node {
	c := &Node{Form: "%0(%*1)", Args: []*Node{m.leafName()}, Broken: m.chance(15)}
	switch m.IntN(8) {
	case 0:
		c.Args[0] = &Node{Form: "%0." + m.name(), Args: []*Node{m.leafName()}}
	case 1:
		c.Args[0] = &Node{Form: "%0.\n\t" + m.name(), Args: []*Node{m.call(0, 0)}}
	case 2:
		c.Args[0] = m.call(0, 0)
	case 3:
		c.Args[0] = &Node{Form: "%0[int, %1]", Args: []*Node{m.leafName(), m.leafName()}}
	}
	if size > 0 {
		for range m.IntN(4) {
			c.Args = append(c.Args, m.expression(size-1, 0))
		}
	}
	if depth > 0 && m.chance(15) {
		c.Args = append(c.Args, m.literal(depth-1))
	}
	return c
}

func (m *maker) composite(depth int) *Node {
	c := &Node{Form: pick(m, []string{"recv{%*0}", "[]int{%*0}", "&recv{%*0}"}), Broken: m.chance(60)}
	for range m.IntN(4) {
		c.Args = append(c.Args, &Node{Form: m.name() + ": %0", Args: []*Node{m.expression(1, depth)}})
	}
	return c
}

func (m *maker) literal(depth int) *Node {
	return &Node{Form: pick(m, []string{"func() {", "func(a int) error {"}), Body: &Block{m.statements(1+m.IntN(3), depth)}}
}
