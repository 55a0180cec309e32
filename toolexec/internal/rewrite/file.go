package rewrite

import (
	"bytes"
	"go/ast"
	"go/token"
	"path/filepath"
	"strings"
)

// File is a Go file as the compiler was to read it.
type File struct {
	path   string // absolute path of the user's file, for positions
	src    []byte
	syntax *ast.File
	fset   *token.FileSet
	// node finds the node of syntax that stands for a node of the user's file:
	// the same one unless cover or cgo has written syntax.
	node func(ast.Node) ast.Node
	// headed says that the text begins with a //line directive of its own.
	headed bool
}

// UserFile is a file of the user's that the compiler was to read as it is. Path
// is absolute.
func UserFile(path string, src []byte, fset *token.FileSet, syntax *ast.File) File {
	return File{path: path, src: src, syntax: syntax, fset: fset, node: func(n ast.Node) ast.Node { return n }}
}

// Made returns the file that the compiler was to read in the place of f: what
// cover, cgo or both have made of it. Both have their positions in one file
// set. An error says where the two do not match.
func (f File) Made(src []byte, syntax *ast.File) (File, error) {
	counterparts, err := align(f.syntax, syntax)
	if err != nil {
		return File{}, err
	}
	return File{
		path: f.path, src: src, syntax: syntax, fset: f.fset, headed: true,
		node: func(n ast.Node) ast.Node { return counterparts[n] },
	}, nil
}

// Holds reports whether the text has these bytes.
func (f File) Holds(text string) bool { return bytes.Contains(f.src, []byte(text)) }

// Headable reports whether a path can be written in a //line directive.
func Headable(path string) bool {
	return filepath.IsAbs(path) && !strings.ContainsAny(path, "\r\n")
}
