package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"sort"
	"strings"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/syntax"
)

// Block is a hit, and the name of the comment before it, such as "generate".
type Block struct {
	Hit
	Name string
}

// Mark returns the file's text with blocks, and an import if there is one, between
// comments, so that taking out what is between an opening and a closing one,
// comments included, gives the text back byte for byte.
//
// What begins a line of its own is put on lines of its own, as source-patching
// tools do; the rest on the line that is there. Blocks that need a change of the
// user's own words are left out and returned: those before a loop whose label
// both a goto and a break or continue name.
func Mark(f File, blocks []Block, decl string) (text []byte, left []Block) {
	m := newMarker(f)
	for _, b := range blocks {
		if !m.insert(b.Hit, b.Name) {
			left = append(left, b)
		}
	}
	if decl != "" && len(left) < len(blocks) {
		m.declare(decl)
	}
	return m.apply(), left
}

// declare puts a declaration after the imports, or after the package clause.
func (m *marker) declare(decl string) {
	end := m.file.syntax.Name.End()
	for _, d := range m.file.syntax.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			end = g.End()
		}
	}
	if at, ok := m.lineEnd(end); ok {
		m.lines(at, "", "import", []string{decl})
	} else {
		m.inline(m.offset(end), orderEnd, "import", "; "+decl)
	}
}

// marker collects insertions of whole blocks.
type marker struct {
	file    File
	labels  map[ast.Stmt]label
	elseIfs map[ast.Stmt]bool
	wrapped map[ast.Stmt]bool
	eol     string // as the file has them
	inserts []insertion
}

func newMarker(f File) *marker {
	m := &marker{file: f, labels: labelsOf(f.syntax), elseIfs: elseIfsOf(f.syntax), wrapped: make(map[ast.Stmt]bool), eol: "\n"}
	if i := bytes.IndexByte(f.src, '\n'); i > 0 && f.src[i-1] == '\r' {
		m.eol = "\r\n"
	}
	return m
}

func (m *marker) offset(pos token.Pos) int { return m.file.fset.File(pos).Offset(pos) }

// insert reports whether the hit could be put in.
func (m *marker) insert(h Hit, name string) bool {
	node := m.file.node(h.Site.Node)
	if node == nil {
		return false
	}
	switch h.Site.Anchor {
	case point.Before:
		return m.before(node, h.Code, name)
	case point.ElseIf:
		m.elseIf(node.(*ast.IfStmt), h.Code, name)
	case point.BlockStart:
		m.behind(node.(*ast.BlockStmt).Lbrace+1, node, h.Code, name)
	case point.ClauseStart:
		m.behind(clauseColon(node)+1, node, h.Code, name)
	case point.BlockEnd:
		m.blockEnd(node, h.Code, name)
	case point.ImplicitElse:
		m.inline(m.offset(node.End()), orderElse, name, "else { "+h.Code+" }")
	case point.NewDefault:
		m.newDefault(switchBody(node), h.Code, name)
	default:
		return false
	}
	return true
}

// before puts the hit before a statement.
func (m *marker) before(node ast.Node, code, name string) bool {
	stmt, ok := node.(ast.Stmt)
	if !ok {
		return false
	}
	if m.elseIfs[stmt] {
		m.elseIf(stmt.(*ast.IfStmt), code, name)
		return true
	}
	pos := stmt.Pos()
	if l, labelled := m.labels[stmt]; labelled && l.bound {
		if len(l.gotos) > 0 {
			return false
		}
		pos = l.stmt.Pos()
	}
	at := m.offset(pos)
	if start, indent, ok := m.lineStart(at); ok {
		m.lines(start, indent, name, []string{code})
		return true
	}
	m.inline(at, orderHit, name, code+";")
	return true
}

// behind puts the hit after an opening brace or a clause's colon.
func (m *marker) behind(pos token.Pos, node ast.Node, code, name string) {
	if at, ok := m.lineEnd(pos); ok {
		m.lines(at, m.indentIn(node, pos), name, []string{code})
		return
	}
	m.inline(m.offset(pos), orderHit, name, code+";")
}

// blockEnd puts the hit after the last statement of a block.
func (m *marker) blockEnd(node ast.Node, code, name string) {
	list := statementList(node)
	if syntax.Terminates(list) {
		return
	}
	for len(list) > 0 && isEmpty(list[len(list)-1]) {
		list = list[:len(list)-1]
	}
	if len(list) == 0 {
		if block, ok := node.(*ast.BlockStmt); ok {
			m.behind(block.Lbrace+1, node, code, name)
		} else {
			m.behind(clauseColon(node)+1, node, code, name)
		}
		return
	}
	last := list[len(list)-1]
	if at, ok := m.lineEnd(last.End()); ok {
		m.lines(at, m.indentOf(last.Pos()), name, []string{code})
		return
	}
	m.inline(m.offset(last.End()), orderEnd, name, "; "+code)
}

// elseIf makes "else if" an else block that holds the hit and the if.
func (m *marker) elseIf(stmt *ast.IfStmt, code, name string) {
	text := code + ";"
	if !m.wrapped[stmt] {
		m.wrapped[stmt] = true
		text = "{ " + text
		m.inline(m.offset(stmt.End()), orderClose, name, "}")
	}
	m.inline(m.offset(stmt.Pos()), orderOpen, name, text)
}

func (m *marker) newDefault(body *ast.BlockStmt, code, name string) {
	if fallsThrough(body) {
		return
	}
	at := m.offset(body.Rbrace)
	if start, indent, ok := m.lineStart(at); ok {
		m.lines(start, indent, name, []string{"default:", "\t" + code})
		return
	}
	m.inline(at, orderHit, name, "; default: "+code+";")
}

// tips is what tools of this kind write below the first comment.
const tips = "// +goat:tips: do not edit the block between the +goat comments"

// lines puts a block before the line that begins at an offset.
func (m *marker) lines(at int, indent, name string, code []string) {
	var b strings.Builder
	if at > 0 && m.file.src[at-1] != '\n' {
		b.WriteString(m.eol) // the file's last line has no end
	}
	all := append([]string{"// +goat:" + name}, code...)
	if name != "import" {
		all = append([]string{all[0], tips}, code...)
	}
	for _, line := range append(all, "// +goat:end") {
		b.WriteString(indent + line + m.eol)
	}
	m.inserts = append(m.inserts, insertion{offset: at, order: orderHit, text: b.String()})
}

// inline puts a block on the line that is there, with a blank that separates it
// from what is before.
func (m *marker) inline(at, order int, name, code string) {
	m.inserts = append(m.inserts, insertion{offset: at, order: order, text: fmt.Sprintf(" /* +goat:%s */ %s /* +goat:end */", name, code)})
}

// lineStart returns the beginning of the line that an offset is on, if nothing but
// blanks is before it, and those.
func (m *marker) lineStart(at int) (start int, indent string, ok bool) {
	start = bytes.LastIndexByte(m.file.src[:at], '\n') + 1
	before := m.file.src[start:at]
	return start, string(before), len(bytes.Trim(before, " \t")) == 0 && !m.inside(start)
}

// lineEnd returns the beginning of the line after the one that pos is on, if only a
// comment follows pos there.
func (m *marker) lineEnd(pos token.Pos) (next int, ok bool) {
	at := m.offset(pos)
	i := bytes.IndexByte(m.file.src[at:], '\n')
	if i < 0 {
		return 0, false // the last line has no end, so text after it would not be on a new line
	}
	end := at + i + 1
	var s scanner.Scanner
	rest := m.file.src[at:end]
	s.Init(token.NewFileSet().AddFile("", -1, len(rest)), rest, func(token.Position, string) {}, scanner.ScanComments)
	for {
		_, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return end, !m.inside(end)
		case tok == token.SEMICOLON && lit == "\n":
		case tok == token.COMMENT && strings.HasPrefix(lit, "//"), tok == token.COMMENT && strings.HasSuffix(lit, "*/"):
		default:
			return 0, false
		}
	}
}

// inside reports whether an offset is within a comment, where no statement would
// be read.
func (m *marker) inside(at int) bool {
	for _, group := range m.file.syntax.Comments {
		for _, c := range group.List {
			if from := m.offset(c.Pos()); from < at && at < from+len(c.Text) {
				return true
			}
		}
	}
	return false
}

// indentIn returns the indentation of what is in a block.
func (m *marker) indentIn(node ast.Node, opening token.Pos) string {
	if list := statementList(node); len(list) > 0 {
		if _, indent, ok := m.lineStart(m.offset(list[0].Pos())); ok {
			return indent
		}
	}
	return m.indentOf(opening) + "\t"
}

// indentOf returns the indentation of the line that a position is on.
func (m *marker) indentOf(pos token.Pos) string {
	at := m.offset(pos)
	line := m.file.src[bytes.LastIndexByte(m.file.src[:at], '\n')+1:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

func (m *marker) apply() []byte {
	sort.SliceStable(m.inserts, func(i, j int) bool {
		a, b := m.inserts[i], m.inserts[j]
		if a.offset != b.offset {
			return a.offset < b.offset
		}
		return a.order < b.order
	})
	var out bytes.Buffer
	last := 0
	for _, in := range m.inserts {
		out.Write(m.file.src[last:in.offset])
		out.WriteString(in.text)
		last = in.offset
	}
	out.Write(m.file.src[last:])
	return out.Bytes()
}
