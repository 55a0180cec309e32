package edits

import "strings"

// Node is a function, a statement, a clause or an expression.
//
// Form is its text, in which %0 to %9 stand for an argument, %*0 to %*9 for the
// arguments from that one on with commas between. A form that opens a block
// ends in its brace, or in a clause's colon.
type Node struct {
	ID     int // identifies it on both sides; 0 for an expression
	Form   string
	Label  string // in front of a statement, with its colon
	Args   []*Node
	Broken bool // its list of arguments has its own lines
	Body   *Block
	Else   *Block
	Chain  bool // Else is one if, written behind else
}

// Block is a list of statements, of a switch's clauses, or of a file's functions.
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

// blocks returns the blocks directly in a node, including those of literals.
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

// visit calls f for b and each block in it, outermost first.
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
