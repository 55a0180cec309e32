package edits

import (
	"bytes"
	"strings"
)

// Node is a function, a statement, a clause or an expression.
//
// Form is its text, in which %0 to %9 stand for an argument, %*0 to %*9 for the
// arguments from that one on with commas between. A form that opens a block
// ends in its brace, or in a clause's colon.
type Node struct {
	ID     int // who it is on both sides; 0 for an expression
	Form   string
	Label  string // in front of a statement, with its colon
	Args   []*Node
	Broken bool // its list of arguments stands on lines of its own
	Body   *Block
	Else   *Block
	Chain  bool // Else is one if, written behind else
}

// Block is a list of statements, or a switch's of clauses, or a file's of functions.
type Block struct{ List []*Node }

// File is a file of a case.
type File struct {
	Name    string // with its directory
	Package string
	Funcs   *Block
}

// Program is one side of a case.
type Program struct{ Files []*File }

func (p *Program) clone() *Program {
	c := &Program{}
	for _, f := range p.Files {
		c.Files = append(c.Files, &File{f.Name, f.Package, f.Funcs.clone()})
	}
	return c
}

func (b *Block) clone() *Block {
	if b == nil {
		return nil
	}
	return &Block{cloneAll(b.List)}
}

func cloneAll(list []*Node) []*Node {
	var c []*Node
	for _, n := range list {
		c = append(c, n.clone())
	}
	return c
}

func (n *Node) clone() *Node {
	c := *n
	c.Args, c.Body, c.Else = cloneAll(n.Args), n.Body.clone(), n.Else.clone()
	return &c
}

// blocks returns the blocks right below a node, those of literals included.
func (n *Node) blocks() []*Block {
	var all []*Block
	for _, a := range n.Args {
		all = append(all, a.blocks()...)
	}
	if n.Body != nil {
		all = append(all, n.Body)
	}
	if n.Else != nil {
		all = append(all, n.Else)
	}
	return all
}

// visit calls f for each block below b, itself included, outermost first.
func (b *Block) visit(f func(*Block)) {
	f(b)
	for _, n := range b.List {
		for _, inner := range n.blocks() {
			inner.visit(f)
		}
	}
}

// chained reports whether the else is written as else if.
func (n *Node) chained() bool {
	return n.Chain && len(n.Else.List) == 1 && strings.HasPrefix(n.Else.List[0].Form, "if ")
}

func (n *Node) clause() bool {
	return strings.HasPrefix(n.Form, "case ") || n.Form == "default:"
}

func (n *Node) function() bool { return n.ID != 0 && strings.HasPrefix(n.Form, "func ") }

// text is a file as source text, with the offset at which each node starts.
type text struct {
	bytes.Buffer
	starts map[int]int
	tight  bool // blocks of plain statements stand on one line
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

// statement writes a statement on lines of its own.
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

// bare writes a statement without the ends of the lines around it.
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

// block writes what stands between braces, and the second one of them.
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

// plainList reports whether statements can stand on one line.
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
