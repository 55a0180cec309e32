package markers

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// text is a file's bytes with their positions.
type text struct {
	file *token.File
	src  []byte
}

// cut returns the edit that removes a block unchanged otherwise: with its lines if
// nothing else is on them, else with one blank before it.
func (f text) cut(b block) []analysis.TextEdit {
	from, to := f.extent(b)
	return []analysis.TextEdit{{Pos: f.file.Pos(from), End: f.file.Pos(to)}}
}

// parsesWithout reports whether the file parses without a block. It does not if the
// block cuts through a statement, or can only be removed together with others.
func (f text) parsesWithout(b block) bool { return parses(f.apply(f.cut(b))) }

// cutsParse reports whether the file parses without all blocks.
func (f text) cutsParse(found []block) bool {
	var edits []analysis.TextEdit
	for _, b := range found {
		if !b.open {
			edits = append(edits, f.cut(b)...)
		}
	}
	return inOrder(edits) && parses(f.apply(edits))
}

// inOrder reports whether edits follow each other.
func inOrder(edits []analysis.TextEdit) bool {
	for i := 1; i < len(edits); i++ {
		if edits[i].Pos < edits[i-1].End {
			return false
		}
	}
	return true
}

// balanced reports whether each bracket in a block has its partner there.
func (f text) balanced(b block) bool {
	var s scanner.Scanner
	src := f.src[f.file.Offset(b.pos):f.file.Offset(b.end)]
	s.Init(token.NewFileSet().AddFile("", -1, len(src)), src, func(token.Position, string) {}, 0)
	depth := 0
	for {
		switch _, tok, _ := s.Scan(); tok {
		case token.EOF:
			return depth == 0
		case token.LBRACE, token.LPAREN, token.LBRACK:
			depth++
		case token.RBRACE, token.RPAREN, token.RBRACK:
			if depth--; depth < 0 {
				return false
			}
		}
	}
}

// cutWithElse removes a block together with the else before its first comment,
// which a printer has put there.
func (f text) cutWithElse(b block) ([]analysis.TextEdit, bool) {
	from, to := f.file.Offset(b.pos), f.file.Offset(b.end)
	before, ok := bytes.CutSuffix(bytes.TrimRight(f.src[:from], " \t"), []byte("else"))
	if !ok || !f.balanced(b) {
		return nil, false
	}
	from = len(bytes.TrimRight(before, " \t"))
	edits := []analysis.TextEdit{{Pos: f.file.Pos(from), End: f.file.Pos(to)}}
	return edits, parses(f.apply(edits))
}

// cutTogether removes blocks that can only be removed together: the blocks around
// an if that became an else block of its own.
func (f text) cutTogether(found []block, stuck []int) ([]analysis.TextEdit, bool) {
	var edits []analysis.TextEdit
	for _, i := range stuck {
		edits = append(edits, f.cut(found[i])...)
	}
	return edits, len(edits) > 1 && inOrder(edits) && parses(f.apply(edits))
}

// extent returns the bytes that are removed for a block.
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

func parses(src []byte) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	return err == nil
}

// widen extends a range to the whole line if nothing else is on it, and otherwise
// to the blanks before it.
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
