package markers

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// Cleaned is a file without what source-patching tools left in it.
type Cleaned struct {
	Text    []byte   // the file's own bytes if nothing was left over
	Blocks  int      // how many blocks and comments were removed
	Imports []string // the import paths that were removed, quoted
	Kept    []Kept   // leftovers that people have to remove
}

// Kept is a leftover without a fix.
type Kept struct {
	Line    int
	Message string
}

// Clean applies the fixes of the analyzer to a file. All other bytes stay as they
// are. It returns an error if the file does not parse.
func Clean(name string, src []byte) (*Cleaned, error) {
	c := &Cleaned{Text: src}
	for {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, c.Text, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("parsing: %w", err)
		}
		if !c.pass(text{fset.File(file.FileStart), c.Text}, file) {
			return c, nil
		}
	}
}

// pass removes what can be removed at once, and reports whether there was anything
// to remove.
func (c *Cleaned) pass(f text, file *ast.File) bool {
	c.Kept = nil
	var edits []analysis.TextEdit
	for _, l := range find(f, file, nil) {
		switch {
		case len(l.edits) == 0:
			c.Kept = append(c.Kept, Kept{f.file.Line(l.pos), l.message})
			continue
		case overlaps(edits, l.edits):
			continue // left to the next pass
		case l.category == "block":
			c.Blocks++
		default:
			c.Imports = append(c.Imports, imported(file, l.pos))
		}
		edits = append(edits, l.edits...)
	}
	if len(edits) == 0 {
		return false
	}
	slices.SortFunc(edits, func(a, b analysis.TextEdit) int { return cmp.Compare(a.Pos, b.Pos) })
	c.Text = f.apply(edits)
	return true
}

// overlaps reports whether an edit in others overlaps one in some. Usually both are
// in order, and in the other cases they are few.
func overlaps(some, others []analysis.TextEdit) bool {
	if len(some) == 0 || len(others) == 0 || others[0].Pos >= some[len(some)-1].End && inOrder(some) && inOrder(others) {
		return false
	}
	for _, a := range some {
		for _, b := range others {
			if a.Pos < b.End && b.Pos < a.End {
				return true
			}
		}
	}
	return false
}

func imported(file *ast.File, pos token.Pos) string {
	for _, imp := range file.Imports {
		if imp.Pos() == pos {
			return imp.Path.Value
		}
	}
	return ""
}
