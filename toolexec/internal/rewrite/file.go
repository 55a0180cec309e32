package rewrite

import (
	"bytes"
	"go/ast"
	"go/token"
	"path/filepath"
	"strings"
)

// File is a Go file as the compiler would read it without goat.
type File struct {
	path   string // absolute path of the user's file, for positions
	src    []byte
	syntax *ast.File
	fset   *token.FileSet
	// node maps a node of the user's file to its counterpart in syntax: the
	// same node, unless cover or cgo wrote syntax.
	node func(ast.Node) ast.Node
	// headed says that the text begins with its own //line directive.
	headed bool
}

// UserFile is a user's file that cover and cgo have not rewritten. path is
// absolute.
func UserFile(path string, src []byte, fset *token.FileSet, syntax *ast.File) File {
	return File{path: path, src: src, syntax: syntax, fset: fset, node: func(n ast.Node) ast.Node { return n }}
}

// Made returns the file that cover, cgo or both have made of f. Both must have
// their positions in the same file set. It returns an error that says where the
// two do not match.
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

// Holds reports whether the text contains these bytes.
func (f File) Holds(text string) bool { return bytes.Contains(f.src, []byte(text)) }

// Headable reports whether a path can be written in a //line directive.
func Headable(path string) bool {
	return filepath.IsAbs(path) && !strings.ContainsAny(path, "\r\n")
}

// Syntax returns the file's syntax, and Fset what its positions are in.
func (f File) Syntax() *ast.File { return f.syntax }

// Fset returns the file set that the file's positions are in.
func (f File) Fset() *token.FileSet { return f.fset }

// Node returns the node of the file that corresponds to one of the user's file, nil
// if there is none.
func (f File) Node(n ast.Node) ast.Node { return f.node(n) }

// IsMade reports whether cover or cgo has written the text.
func (f File) IsMade() bool { return f.headed }
