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
	Blocks []*Block // the body first, then sorted by start
}

// Role says how a block belongs to the statement that holds it.
type Role uint8

const (
	Body         Role = iota // of a function
	Then                     // of an if
	Else                     // of an if, in braces
	ElseIf                   // an if in an else; Node is that inner *ast.IfStmt
	ImplicitElse             // the missing else of an if; Node is the *ast.IfStmt
	Loop                     // of a for or range
	Case                     // a clause with a condition, of a switch or select
	Default                  // default clause
	NewDefault               // the missing default of a switch; Node is the switch
	Bare                     // a block used as a statement
)

// Block is a statement list.
type Block struct {
	Role Role
	// Node is the *ast.BlockStmt, *ast.CaseClause or *ast.CommClause, or the
	// node that Role names.
	Node ast.Node
	// Start and End bound the text between the braces, or from a clause's colon
	// to the next clause. They are equal for a block without source text.
	Start, End token.Pos
	// Head is the part of a header that runs with the block and not with the
	// statement around it (see head.go): a clause's header, a function's
	// signature, or what each round of a loop runs. Other blocks have none.
	Head *Stmt
	// Branch says that the block is a direct branch of a statement whose header
	// changed.
	Branch bool
	Stmts  []Stmt

	first token.Pos // start of what comes first after Start, if anything
}

// Stmt is a statement directly in a block.
type Stmt struct {
	Node     ast.Stmt // without its labels
	Labelled bool
	// Target says that a goto in the function jumps to one of its labels.
	Target bool
	// Leaves says that control may leave the enclosing block inside this
	// statement: by return, goto or panic, or by a break or continue of an
	// outer statement.
	Leaves bool
	// Bare says that the statement is a block, which has no text of its own.
	Bare    bool
	Own     []syntax.Extent
	Changed bool
	Lines   [][2]int // changed lines of what runs when control reaches it

	branches bool     // its header changed, so its branches get points
	later    [][2]int // changed lines of a loop's header that run only in its rounds
}

// OwnEnd returns the end of the statement's own text.
func (s *Stmt) OwnEnd() token.Pos {
	if len(s.Own) == 0 {
		return s.Node.End()
	}
	return s.Own[len(s.Own)-1].End
}

// Marker says what is changed. Its positions belong to the token.FileSet of the
// file.
type Marker interface {
	// Touches reports whether [from, to) may hold a changed statement or a
	// comment that asks for a point. Functions that it does not touch are
	// skipped.
	Touches(from, to token.Pos) bool
	// Changed returns the changed lines of a statement's own text, and whether
	// there are any.
	Changed(own []syntax.Extent) (lines [][2]int, changed bool)
	// IgnoresText reports whether a trailing comment on a line of a statement's
	// own text excludes the statement.
	IgnoresText(own []syntax.Extent) bool
	// IgnoresDecl reports whether a declaration's doc comment excludes it.
	IgnoresDecl(doc *ast.CommentGroup) bool
	// IgnoresStmt reports whether a comment between prev and stmt excludes the
	// statement with everything nested in it. prev is the end of what comes
	// before it in the list.
	IgnoresStmt(prev, stmt token.Pos) bool
	// IgnoresBlock returns the position of a comment in [start, first) that
	// excludes the block, or token.NoPos. first is the block's first statement,
	// the next clause, or token.NoPos.
	IgnoresBlock(start, first, end token.Pos) token.Pos
	// Ignored is called for each part that a comment excludes.
	Ignored(from, to token.Pos)
}
