package edits

import (
	"slices"
	"strings"
)

// elses adds or removes an else, or inserts a link into a chain.
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

// unchain makes an else if a statement of its own, often with another statement
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

// clauses adds, copies, removes or swaps clauses.
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
