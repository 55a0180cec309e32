package edits

import (
	"slices"
	"strings"
)

// ownText changes one or a few tokens of a statement, clause or signature.
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
	case 2: // one more operand
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

// keyword changes what a statement does with its expressions.
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

// shorten takes tokens from a statement and adds none. Often it puts a similar
// statement right after or before it.
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

// lose replaces an expression by one of its parts, or removes one from a list.
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
