package rewrite

import (
	"go/ast"
	"go/token"

	"github.com/goat-trace/goat/analyzers/point"
)

// Edit is code that goes where an anchor says, or at a place of its own. Nodes and
// positions are of the file that the compiler was to read.
type Edit struct {
	Where  Where
	Anchor point.Anchor // for Anchored
	Node   ast.Node     // what it is inserted at, or what Pos is in
	Pos    token.Pos    // for Front and Behind
	Drop   int          // how many bytes after Pos it replaces
	Code   string
	Tail   string // for Copied
}

// Where says how an edit is placed.
type Where uint8

// The places of edits.
const (
	Anchored Where = iota // as a hit
	After                 // after a simple statement
	Front                 // before what begins at Pos
	Behind                // after what ends at Pos
	// Copied makes a function's body, which is Node, stand twice: first between
	// Code and Tail, with all edits in it, and then without them. Hits are in both.
	Copied
)
