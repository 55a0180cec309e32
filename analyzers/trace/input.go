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
	Name   string // of the user's file, relative to the module; "" for one that is not the user's
	Made   bool   // by cover or cgo: lines are those that directives say
}

// Input is a package whose types are known.
type Input struct {
	Path   string // import path
	Module string
	Fset   *token.FileSet
	Files  []File
	Info   *types.Info
	Pkg    *types.Package
	Sizes  types.Sizes
	// Wanted reports whether a declared function is recorded, and with it the
	// literals in it. A nil declaration stands for the literals that package-level
	// variables are initialised with; pos is in it.
	Wanted func(d *ast.FuncDecl, pos token.Pos) bool
	// Redacts reports whether a name is one of what must not be recorded.
	Redacts func(name string) bool
}

// file is one file of a package.
type file struct {
	*Input
	File
	table  *trace.Table
	inFile int // the file's number in the table
	edits  []Edit
}

// position returns a position as the reader of the user's file sees it.
func (p *file) position(pos token.Pos) token.Position { return p.Fset.PositionFor(pos, p.Made) }
