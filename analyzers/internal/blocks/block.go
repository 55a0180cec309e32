package blocks

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/internal/syntax"
)

// Func is a function or function literal.
type Func struct {
	Name   string   // as the runtime names it, without the package
	Node   ast.Node // *ast.FuncDecl or *ast.FuncLit
	Body   *ast.BlockStmt
	Blocks []*Block // the body first, then by position of their starts
}

// Role says what a block is to the statement that holds it.
type Role uint8

const (
	Body         Role = iota // of a function
	Then                     // of an if
	Else                     // of an if, in braces
	ElseIf                   // an if that is in an else; Node is the inner *ast.IfStmt
	ImplicitElse             // the else that an if does not have; Node is the *ast.IfStmt
	Loop                     // of a for or range
	Case                     // case clause or comm clause with a condition
	Default                  // default clause
	NewDefault               // the default that a switch does not have; Node is the switch
	Bare                     // a block that is a statement
)

// Block is a statement list.
type Block struct {
	Role Role
	// Node is the *ast.BlockStmt, *ast.CaseClause or *ast.CommClause, or what
	// Role says.
	Node ast.Node
	// Start and End bound the text between the braces, or from a clause's
	// colon to the next clause. They are equal in blocks that are not written.
	Start, End token.Pos
	// Head is what runs of a header with the block, not with the statement
	// around it, see head.go: a clause's header, a function's signature, what a
	// loop's rounds run of its header. nil for other blocks.
	Head *Stmt
	// Branch says that the block is a first-level branch of a changed header.
	Branch bool
	Stmts  []Stmt

	first token.Pos // of what comes first after Start, if anything
}

// Stmt is a statement directly in a block.
type Stmt struct {
	Node     ast.Stmt // behind its labels
	Labelled bool
	// Target says that a goto of the function names one of its labels.
	Target bool
	// Leaves says that control may leave the block from within it: by return,
	// goto, panic, or a break or continue of a statement around it.
	Leaves bool
	// Bare marks a block. It has no text of its own.
	Bare    bool
	Own     []syntax.Extent
	Changed bool
	Lines   [][2]int // changed lines of what runs when it is reached

	branches bool     // it has a changed header, so its branches get points
	later    [][2]int // a loop's changed lines that only its rounds run
}

// OwnEnd returns the end of the statement's own text.
func (s *Stmt) OwnEnd() token.Pos {
	if len(s.Own) == 0 {
		return s.Node.End()
	}
	return s.Own[len(s.Own)-1].End
}

// Marker says what is changed. Its positions are those of the file's
// token.FileSet.
type Marker interface {
	// Touches reports whether [from, to) may hold a changed statement or a
	// wanted point. Functions that are not touched are left out.
	Touches(from, to token.Pos) bool
	// Changed returns the changed lines of a statement's own text and whether
	// there are any.
	Changed(own []syntax.Extent) (lines [][2]int, changed bool)
	// IgnoresText reports whether a comment behind code on a line of a
	// statement's own text takes the statement out.
	IgnoresText(own []syntax.Extent) bool
	// IgnoresDecl reports whether a declaration's doc comment takes it out.
	IgnoresDecl(doc *ast.CommentGroup) bool
	// IgnoresStmt reports whether a comment in (prev, stmt), where prev ends
	// what is before it in the list, takes the statement with all that is
	// nested in it out.
	IgnoresStmt(prev, stmt token.Pos) bool
	// IgnoresBlock returns the position of a comment in [start, first), where
	// first is the block's first statement, or the clause after it, or
	// token.NoPos, that takes the block out; token.NoPos if there is none.
	IgnoresBlock(start, first, end token.Pos) token.Pos
	// Ignored is told each part that is taken out.
	Ignored(from, to token.Pos)
}
