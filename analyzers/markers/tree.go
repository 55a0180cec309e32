package markers

import (
	"bytes"
	"go/ast"
	"go/scanner"
	"go/token"
	"slices"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
	"golang.org/x/tools/go/analysis"
)

// removeFromTree handles a block that shares lines with other code. It removes the
// block's statements from the decorated syntax tree and prints the file again. dst
// keeps the other comments in their places.
func (f text) removeFromTree(file *ast.File, from, to int) ([]analysis.TextEdit, bool) {
	d := decorator.NewDecorator(token.NewFileSet())
	tree, err := d.Parse(f.withoutComments(file, from, to))
	if err != nil {
		return nil, false
	}
	c := &cutter{within: func(n dst.Node) bool {
		node := d.Ast.Nodes[n]
		if node == nil {
			return false
		}
		in := d.Fset.File(node.Pos())
		return from <= in.Offset(node.Pos()) && in.Offset(node.End()) <= to
	}}
	c.file(tree)
	var out bytes.Buffer
	if err := decorator.Fprint(&out, tree); c.cut == 0 || err != nil || !parses(out.Bytes()) {
		return nil, false
	}
	edits := f.difference(out.Bytes())
	if local := f.touching(edits, from, to); SameCode(f.apply(local), out.Bytes()) {
		edits = local
	}
	return edits, true
}

// touching returns the edits on the lines of [from, to). The other edits only
// format code outside the block.
func (f text) touching(edits []analysis.TextEdit, from, to int) []analysis.TextEdit {
	from = bytes.LastIndexByte(f.src[:from], '\n') + 1
	var local []analysis.TextEdit
	for _, e := range edits {
		if f.file.Offset(e.Pos) <= to && f.file.Offset(e.End) >= from {
			local = append(local, e)
		}
	}
	return local
}

func (f text) apply(edits []analysis.TextEdit) []byte {
	var out []byte
	last := 0
	for _, e := range edits {
		out = append(append(out, f.src[last:f.file.Offset(e.Pos)]...), e.NewText...)
		last = f.file.Offset(e.End)
	}
	return append(out, f.src[last:]...)
}

// SameCode reports whether two texts differ only in white space.
func SameCode(a, b []byte) bool { return slices.Equal(tokens(a), tokens(b)) }

func tokens(src []byte) []string {
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(src)), src, func(token.Position, string) {}, scanner.ScanComments)
	var all []string
	for {
		_, kind, text := s.Scan()
		switch {
		case kind == token.EOF:
			return all
		case kind == token.SEMICOLON: // a semicolon in the text, or the end of a line
		case kind == token.COMMENT:
			all = append(all, strings.TrimSpace(text))
		default:
			all = append(all, kind.String()+text)
		}
	}
}

// withoutComments replaces the comments in [from, to) by blanks, because they
// belong to the block. Offsets do not change.
func (f text) withoutComments(file *ast.File, from, to int) []byte {
	src := bytes.Clone(f.src)
	for _, group := range file.Comments {
		for _, c := range group.List {
			start, end := f.file.Offset(c.Pos()), f.file.Offset(c.End())
			if start < from || end > to {
				continue
			}
			for i := start; i < end; i++ {
				if src[i] != '\n' && src[i] != '\r' {
					src[i] = ' '
				}
			}
		}
	}
	return src
}

// cutter removes the nodes inside a block.
type cutter struct {
	within func(dst.Node) bool
	cut    int // how many nodes were removed
}

func (c *cutter) file(tree *dst.File) {
	dst.Inspect(tree, func(n dst.Node) bool {
		switch n := n.(type) {
		case *dst.BlockStmt:
			n.List = cut(c, n.List, &n.Decs.Lbrace)
		case *dst.CaseClause:
			n.Body = cut(c, n.Body, &n.Decs.Colon)
		case *dst.CommClause:
			n.Body = cut(c, n.Body, &n.Decs.Colon)
		case *dst.GenDecl:
			n.Specs = cut(c, n.Specs, &n.Decs.Lparen)
		}
		return true
	})
}

// cut returns a list without the nodes inside the block. Comments that dst attached
// to a removed node are outside the block: cut moves them to the next node, to the
// one before, or to the opening of the list.
func cut[N dst.Node](c *cutter, list []N, opening *dst.Decorations) []N {
	var kept []N
	var comments dst.Decorations
	for _, n := range list {
		d := n.Decorations()
		if c.within(n) {
			c.cut++
			comments = append(append(comments, d.Start...), d.End...)
			continue
		}
		if len(comments) > 0 {
			d.Start = append(comments, d.Start...)
			comments = nil
		}
		kept = append(kept, n)
	}
	switch {
	case len(comments) == 0:
	case len(kept) > 0:
		d := kept[len(kept)-1].Decorations()
		d.End = append(d.End, comments...)
	default:
		*opening = append(*opening, comments...)
	}
	return kept
}
