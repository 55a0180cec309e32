package blocks

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/goat-trace/goat/internal/syntax"
)

// flow says where control may go from a piece of code, other than to its end.
type flow struct {
	exits     bool // a return or panic
	breaks    bool // an unlabelled break out of the code
	continues bool // an unlabelled continue out of the code
	// labels are named by a break or continue, gotos by a goto.
	labels, gotos []string
}

func (f *flow) leaves() bool {
	return f.exits || f.breaks || f.continues || len(f.labels) > 0 || len(f.gotos) > 0
}

func (f *flow) add(g flow) {
	f.exits = f.exits || g.exits
	f.breaks = f.breaks || g.breaks
	f.continues = f.continues || g.continues
	f.labels = append(f.labels, g.labels...)
	f.gotos = append(f.gotos, g.gotos...)
}

// branch is the flow of a break, continue, goto or fallthrough. A fallthrough
// stays in its switch, and nothing can follow it in its clause.
func branch(s *ast.BranchStmt) flow {
	switch {
	case s.Tok == token.GOTO && s.Label != nil:
		return flow{gotos: []string{s.Label.Name}}
	case s.Label != nil:
		return flow{labels: []string{s.Label.Name}}
	case s.Tok == token.BREAK:
		return flow{breaks: true}
	case s.Tok == token.CONTINUE:
		return flow{continues: true}
	}
	return flow{}
}

// behind turns the flow of a statement into that of the labelled statement:
// jumps to the label do not leave it.
func (f *flow) behind(label string) {
	is := func(name string) bool { return name == label }
	f.labels = slices.DeleteFunc(f.labels, is)
	f.gotos = slices.DeleteFunc(f.gotos, is)
}

// Terminates reports whether nothing after the block's last statement can run.
func (b *Block) Terminates() bool {
	switch n := b.Node.(type) {
	case *ast.BlockStmt:
		return syntax.Terminates(n.List)
	case *ast.CaseClause:
		return syntax.Terminates(n.Body)
	case *ast.CommClause:
		return syntax.Terminates(n.Body)
	}
	return false
}
