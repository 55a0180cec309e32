package preview

import (
	"bytes"
	"fmt"
	"go/ast"

	"github.com/goat-trace/goat/analyzers/markers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// Marks say what is written between +goat: comments.
type Marks struct {
	Hit    func(p point.Point) string // the statement that counts at a point
	Start  string                     // the statement that starts the server, first in main; "" for none
	Import string                     // the import that these need
}

// Marked is a file with its points between comments.
type Marked struct {
	Text
	Left []point.Point // those that the file has no place for
}

// Sites returns the points of each file of the package.
func (p Package) Sites(g point.Granularity) [][]point.Site { return p.sites(g) }

// Mark returns a file with statements at its sites. Taking them away again (package
// markers) gives the file's own bytes; that it would not is an error. A file without
// any of that is returned as it is.
func Mark(f File, sites []point.Site, m Marks) (*Marked, error) {
	out := &Marked{Text: Text{File: f, New: f.Src}}
	var blocks []rewrite.Block
	if body := mainBody(f.File); body != nil && m.Start != "" {
		blocks = append(blocks, rewrite.Block{Name: "main", Hit: rewrite.Hit{Code: m.Start, Site: point.Site{Anchor: point.BlockStart, Node: body}}})
	}
	for _, s := range sites {
		blocks = append(blocks, rewrite.Block{Name: "generate", Hit: rewrite.Hit{Code: m.Hit(s.Point), Site: s}})
	}
	if len(blocks) == 0 {
		return out, nil
	}
	text, left := rewrite.Mark(rewrite.UserFile(f.Path, f.Src, f.Fset, f.File), blocks, m.Import)
	for _, b := range left {
		out.Left = append(out.Left, b.Site.Point)
	}
	for _, s := range sites {
		out.Points = append(out.Points, s.Point)
	}
	out.New = text
	cleaned, err := markers.Clean(f.Path, text)
	if err == nil && !bytes.Equal(cleaned.Text, f.Src) {
		err = fmt.Errorf("taking the blocks away again does not give the file back: remove the +goat: comments that it has already (goat clean)")
	}
	if err != nil {
		return nil, fmt.Errorf("marking %s: %w", f.Path, err)
	}
	return out, nil
}

// mainBody returns the body of a file's func main, nil for none.
func mainBody(file *ast.File) *ast.BlockStmt {
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "main" && file.Name.Name == "main" {
			return fn.Body
		}
	}
	return nil
}
