package edits

import (
	"bytes"
	"strings"
)

// text is a file as source text, with the offset at which each node starts.
type text struct {
	bytes.Buffer
	starts map[int]int
	tight  bool // blocks of plain statements have one line
}

func (f *File) text(tight bool) *text {
	t := &text{starts: make(map[int]int), tight: tight}
	t.WriteString("package " + f.Package + "\n")
	for _, n := range f.Funcs.List {
		t.WriteString("\n")
		t.statement(n, 0)
	}
	return t
}

func (t *text) indent(depth int) { t.WriteString(strings.Repeat("\t", depth)) }

// statement writes a statement on its own lines.
func (t *text) statement(n *Node, depth int) {
	if n.Label != "" {
		t.WriteString(n.Label + "\n")
	}
	t.indent(depth)
	t.bare(n, depth)
	if !n.clause() {
		t.WriteString("\n")
	}
}

// bare writes a statement without the line ends around it.
func (t *text) bare(n *Node, depth int) {
	t.starts[n.ID] = t.Len()
	t.form(n, depth)
	if n.Body == nil {
		return
	}
	if n.clause() {
		t.list(n.Body, depth)
		return
	}
	t.block(n.Body, depth)
	switch {
	case n.Else == nil:
	case n.chained():
		t.WriteString(" else ")
		t.bare(n.Else.List[0], depth)
	default:
		t.WriteString(" else {")
		t.block(n.Else, depth)
	}
}

// block writes what is between braces, and the closing brace.
func (t *text) block(b *Block, depth int) {
	if t.tight && len(b.List) > 0 && len(b.List) < 4 && plainList(b.List) {
		for i, n := range b.List {
			t.WriteString([]string{" ", "; "}[min(i, 1)])
			t.bare(n, depth)
		}
		t.WriteString(" }")
		return
	}
	t.list(b, depth)
	t.indent(depth)
	t.WriteString("}")
}

// plainList reports whether statements fit on one line.
func plainList(list []*Node) bool {
	for _, n := range list {
		if n.Body != nil || n.Label != "" || n.clause() || len(n.blocks()) > 0 {
			return false
		}
	}
	return true
}

func (t *text) list(b *Block, depth int) {
	t.WriteString("\n")
	for _, n := range b.List {
		if n.clause() {
			t.statement(n, depth)
			continue
		}
		t.statement(n, depth+1)
	}
}

// form writes a node's own text.
func (t *text) form(n *Node, depth int) {
	form := n.Form
	for {
		before, after, ok := strings.Cut(form, "%")
		t.WriteString(strings.ReplaceAll(before, "\n", "\n"+strings.Repeat("\t", depth)))
		if !ok {
			return
		}
		list := after[0] == '*'
		after = strings.TrimPrefix(after, "*")
		first := int(after[0] - '0')
		form = after[1:]
		if !list {
			t.expression(n.Args[first], depth)
			continue
		}
		t.arguments(n.Args[first:], n.Broken, depth)
	}
}

func (t *text) arguments(args []*Node, broken bool, depth int) {
	if !broken || len(args) == 0 {
		for i, a := range args {
			if i > 0 {
				t.WriteString(", ")
			}
			t.expression(a, depth)
		}
		return
	}
	t.WriteString("\n")
	for _, a := range args {
		t.indent(depth + 1)
		t.expression(a, depth+1)
		t.WriteString(",\n")
	}
	t.indent(depth)
}

func (t *text) expression(n *Node, depth int) {
	t.form(n, depth)
	if n.Body != nil {
		t.block(n.Body, depth)
	}
}
