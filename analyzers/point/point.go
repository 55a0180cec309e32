package point

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// Granularity says what one tracking point stands for.
type Granularity string

const (
	Line  Granularity = "line"  // each line on which changed statements begin
	Patch Granularity = "patch" // each run of changed statements in one block (default)
	Scope Granularity = "scope" // each innermost block that holds a changed statement
	Func  Granularity = "func"  // each function or literal that holds a changed statement
)

// Granularities lists the valid values, finest first.
func Granularities() []Granularity { return []Granularity{Line, Patch, Scope, Func} }

// Kind says what a point's hit means.
type Kind string

const (
	// A statement or run of statements began. For an if, a switch or a range,
	// that includes the whole header; for a for, all but the post statement;
	// for a select, also the channels and values in its clauses' headers, which
	// Go evaluates first.
	KindStmt    Kind = "stmt"
	KindThen    Kind = "then"    // an if's body was entered
	KindElse    Kind = "else"    // an if's else, written or implicit, was entered
	KindDefault Kind = "default" // a switch's default, written or implicit, was entered
	// A case or comm clause was entered: it was chosen, or the clause before
	// fell through to it. Without a hit it was never entered, but case
	// expressions that the point vouches for may have been evaluated (Go spec,
	// "Expression switches").
	KindCase   Kind = "case"
	KindLoop   Kind = "loop"   // a loop's body was entered
	KindFunc   Kind = "func"   // a function's body was entered; its signature is vouched for here
	KindManual Kind = "manual" // a `// +goat:insert` comment was passed
)

// Point is one tracking point. A package's points are sorted by file and
// position, and their ids in a binary follow that order.
type Point struct {
	// StableID identifies the code across builds: 16 lower-case hex digits, see
	// the function StableID. It does not depend on base and granularity, and
	// changes when the declaration is edited.
	StableID string `json:"stableId"`
	// File is relative to the module, with slashes.
	File string `json:"file"`
	// Line and EndLine are the first and last line of the code that the point
	// stands for, 1-based, inclusive, without applying //line directives.
	Line    int `json:"line"`
	EndLine int `json:"endLine"`
	// Lines are the changed lines that the point vouches for: 1-based,
	// inclusive ranges in ascending order. The branch points of a changed
	// header have none. What a hit says about the lines depends on Kind. A line
	// that holds two parts of a header belongs to the part that runs first.
	Lines [][2]int `json:"lines"`
	// Func is the function as the runtime names it, without the package path:
	// "F", "(*T).M", "F.func1", "init.func1" (literal in a package-level
	// initialiser), "init.0" (the first func init), "G[...]" (generic).
	Func string `json:"func"`
	Kind Kind   `json:"kind"`
	// Directive is the position after the user's own //line directives as
	// "file:line", or "" if none comes before the point.
	Directive string `json:"directive,omitempty"`
}

func (p Point) String() string {
	return fmt.Sprintf("%s:%d %s %s", p.File, p.Line, p.Func, p.Kind)
}

// Anchor says where a point's hit is inserted relative to its Site's node.
type Anchor uint8

const (
	// Before a statement of a block. Node is the statement, without its labels.
	// If a goto can jump to a label, the rewriter puts the hit after the label.
	Before       Anchor = iota
	BlockStart          // after an opening brace, Node is the *ast.BlockStmt
	ClauseStart         // after a clause's colon, Node is the *ast.CaseClause or *ast.CommClause
	ImplicitElse        // a new else after an if without one, Node is the *ast.IfStmt
	NewDefault          // a new default in a switch without one, Node is the *ast.SwitchStmt or *ast.TypeSwitchStmt
	ElseIf              // before an if that is in an else, Node is that inner *ast.IfStmt
	BlockEnd            // after the last statement of a block or clause, Node is the *ast.BlockStmt, *ast.CaseClause or *ast.CommClause
)

// Site is a Point with the place where its hit goes.
type Site struct {
	Point
	Anchor Anchor
	Node   ast.Node
	// Pos is the point's position in the original file. A file's sites are
	// sorted by it; sites at the same position keep the order of insertion.
	Pos token.Pos
	// Decl is the key of the declaration that holds the point, and Ordinal the
	// number of the point's place in it (see package identity). StableID is
	// made of both and Kind.
	Decl    uint64
	Ordinal int
}

// Fact is the package fact that holds a package's tracking points.
type Fact struct {
	Package string // import path
	Points  []Point
}

// AFact marks Fact as an analysis fact.
func (*Fact) AFact() {}

func (f *Fact) String() string {
	var b strings.Builder
	for i, p := range f.Points {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.String())
	}
	return "points(" + b.String() + ")"
}
