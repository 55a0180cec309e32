package markers

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// text is a file's bytes with their positions.
type text struct {
	file *token.File
	src  []byte
}

// remove returns the edits that remove a block. It is cut out as it is, with its
// lines where it has them to itself, and else with one blank before it. Where the
// rest would not parse, the statements in it are taken out of the syntax tree. There
// is none for a block without an end, nor when nothing of that leaves a file that
// parses: the block cuts through a statement.
func (f text) remove(file *ast.File, b block) ([]analysis.TextEdit, bool) {
	if b.open {
		return nil, false
	}
	if edits, ok := f.edit(f.extent(b)); ok || b.single {
		return edits, ok
	}
	return f.removeFromTree(file, f.file.Offset(b.pos), f.file.Offset(b.end))
}

// removeTogether cuts blocks out of which none can be without the others: those
// around an if that became an else block of its own.
func (f text) removeTogether(found []block, stuck []int) ([]analysis.TextEdit, bool) {
	var edits []analysis.TextEdit
	for _, i := range stuck {
		from, to := f.extent(found[i])
		edits = append(edits, analysis.TextEdit{Pos: f.file.Pos(from), End: f.file.Pos(to)})
	}
	return edits, len(edits) > 0 && parses(f.apply(edits))
}

// extent returns what is cut out for a block.
func (f text) extent(b block) (from, to int) {
	from, to = f.file.Offset(b.pos), f.file.Offset(b.end)
	if start, end, ok := f.ownLines(from, to); ok {
		return start, end
	}
	if from > 0 && f.src[from-1] == ' ' {
		from--
	}
	return from, to
}

// edit cuts [from, to) out if the rest parses.
func (f text) edit(from, to int) ([]analysis.TextEdit, bool) {
	rest := append(append([]byte(nil), f.src[:from]...), f.src[to:]...)
	if !parses(rest) {
		return nil, false
	}
	return []analysis.TextEdit{{Pos: f.file.Pos(from), End: f.file.Pos(to)}}, true
}

func parses(src []byte) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	return err == nil
}

// widen extends a range to the whole line if nothing else is on it, and
// otherwise over the blanks before it.
func (f text) widen(from, to int) (int, int) {
	if start, end, ok := f.ownLines(from, to); ok {
		return start, end
	}
	for from > 0 && (f.src[from-1] == ' ' || f.src[from-1] == '\t') {
		from--
	}
	return from, to
}

// ownLines returns the whole lines of [from, to) if nothing else is on the
// first and the last of them.
func (f text) ownLines(from, to int) (start, end int, ok bool) {
	start = bytes.LastIndexByte(f.src[:from], '\n') + 1
	end = len(f.src)
	if i := bytes.IndexByte(f.src[to:], '\n'); i >= 0 {
		end = to + i + 1
	}
	return start, end, len(bytes.TrimSpace(f.src[start:from])) == 0 && len(bytes.TrimSpace(f.src[to:end])) == 0
}

// removeImport removes an import, and the whole import declaration if it holds
// nothing else and no leftover.
func (f text) removeImport(file *ast.File, imp *ast.ImportSpec, found []block) analysis.TextEdit {
	var node ast.Node = imp
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT && len(g.Specs) == 1 && g.Specs[0] == imp && !holdsBlock(g, found) {
			node = g
		}
	}
	from, to := f.file.Offset(node.Pos()), f.file.Offset(node.End())
	if imp.Comment != nil {
		to = max(to, f.file.Offset(imp.Comment.End()))
	}
	from, to = f.widen(from, to)
	return analysis.TextEdit{Pos: f.file.Pos(from), End: f.file.Pos(to)}
}

func holdsBlock(d *ast.GenDecl, found []block) bool {
	for _, b := range found {
		if d.Pos() <= b.pos && b.pos < d.End() {
			return true
		}
	}
	return false
}
