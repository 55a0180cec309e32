package rewrite

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"sort"
	"strconv"
	"strings"
)

// lineBase is a //line or /*line*/ directive. It says which position the
// compiler gives to the text that follows (cmd/compile, "Compiler Directives").
type lineBase struct {
	offset   int    // of the first byte that it applies to
	rawLine  int    // the line and column of that byte in the file
	rawCol   int    //
	filename string // as written; "" if left out
	line     int
	col      int // 0 if columns are unknown from here on
}

// positions knows the position of each byte of a file after directives.
type positions struct {
	lines []int // offset of each line's first byte
	bases []lineBase
}

// newPositions scans src for directives. Before the first one, the directive
// applies that the rewriter puts at the start of the file.
func newPositions(src []byte) *positions {
	p := &positions{lines: []int{0}, bases: []lineBase{{rawLine: 1, rawCol: 1, line: 1, col: 1}}}
	for i, c := range src {
		if c == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	if !bytes.Contains(src, []byte("line ")) {
		return p
	}
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return p
		}
		if tok == token.COMMENT {
			p.addDirective(src, file.Offset(pos), lit)
		}
	}
}

// addDirective adds a comment that may be a directive. A // directive must
// start its line and applies from the next line on; a /* directive applies from
// its own end on.
func (p *positions) addDirective(src []byte, offset int, text string) {
	rawLine, rawCol := p.raw(offset)
	var base lineBase
	if body, ok := strings.CutPrefix(text, "//line "); ok && rawCol == 1 {
		// The scanner removes a carriage return; the next line starts after the
		// line break in any case.
		if rawLine >= len(p.lines) {
			return
		}
		base = parseDirective(strings.TrimRight(body, "\r"))
		base.offset, base.rawLine, base.rawCol = p.lines[rawLine], rawLine+1, 1
	} else if body, ok := strings.CutPrefix(text, "/*line "); ok {
		end := bytes.Index(src[offset:], []byte("*/")) + offset + 2
		base = parseDirective(strings.TrimSuffix(body, "*/"))
		base.offset = end
		base.rawLine, base.rawCol = p.raw(end)
	}
	if base.line == 0 {
		return
	}
	if base.filename == "" && base.col > 0 {
		base.filename = p.bases[len(p.bases)-1].filename
	}
	p.bases = append(p.bases, base)
}

// parseDirective reads "filename:line" or "filename:line:col", from the right.
// line is 0 if the text is not a directive.
func parseDirective(text string) lineBase {
	rest, last, ok := cutNumber(text)
	if !ok {
		return lineBase{}
	}
	if filename, line, ok := cutNumber(rest); ok {
		return lineBase{filename: filename, line: line, col: last}
	}
	return lineBase{filename: rest, line: last}
}

// DirectiveFile returns the file name in the text of a //line directive, or ""
// if it is none.
func DirectiveFile(text string) string { return parseDirective(text).filename }

func cutNumber(text string) (rest string, n int, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return text, 0, false
	}
	n, err := strconv.Atoi(text[i+1:])
	return text[:i], n, err == nil && n > 0
}

func (p *positions) raw(offset int) (line, col int) {
	line = sort.SearchInts(p.lines, offset+1)
	return line, offset - p.lines[line-1] + 1
}

// directive returns a /*line*/ comment that, put directly before the byte at
// offset, keeps that byte's position.
func (p *positions) directive(offset int) string {
	i := sort.Search(len(p.bases), func(i int) bool { return p.bases[i].offset > offset }) - 1
	base := p.bases[i]
	rawLine, rawCol := p.raw(offset)
	line := base.line + rawLine - base.rawLine
	if base.col == 0 {
		return fmt.Sprintf("/*line %s:%d*/", base.filename, line)
	}
	col := rawCol
	if rawLine == base.rawLine {
		col = base.col + rawCol - base.rawCol
	}
	return fmt.Sprintf("/*line :%d:%d*/", line, col)
}
