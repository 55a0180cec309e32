package trace

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/goat-trace/goat/internal/trace"
)

// File is a file as the compiler reads it.
type File struct {
	Syntax *ast.File
	Name   string // of the user's file, relative to the module; "" if the file is not the user's
	Hits   []Hit
	Made   bool // made by cover or cgo: //line directives give the lines
}

// Input is a package with types.
type Input struct {
	Path   string // import path
	Module string
	Fset   *token.FileSet
	Files  []File
	Info   *types.Info
	Pkg    *types.Package
	Sizes  types.Sizes
	// Wanted reports whether to record a declared function, and with it the
	// literals in it. A nil declaration means the literals that initialise
	// package-level variables; pos is then in one of these.
	Wanted func(d *ast.FuncDecl, pos token.Pos) bool
	// KeepInlining leaves out the declared functions that are so small that the
	// compiler inlines them.
	KeepInlining bool
	// Redacts reports whether a name belongs to something that must not be
	// recorded.
	Redacts func(name string) bool
}

// file is one file of a package.
type file struct {
	*Input
	File
	table  *trace.Table
	inFile int // index of the file in the table
	edits  []Edit
	costs  *costs
	// spawned are the literals that goroutines start with.
	spawned map[*ast.FuncLit]bool
}

// position returns a position as a reader of the user's file sees it.
func (p *file) position(pos token.Pos) token.Position { return p.Fset.PositionFor(pos, p.Made) }
