package compare

import (
	"bytes"
	"go/scanner"
	"go/token"
	"strings"
	"unicode"
)

// lexeme is a token of a Go file as the comparison sees it.
type lexeme struct {
	kind token.Token
	text string // of identifiers and literals, normalised; otherwise ""
	off  int    // byte offset
	line int    // first line, 1-based
	end  int    // last line; a raw string may have several
}

func (l lexeme) same(m lexeme) bool { return l.kind == m.kind && l.text == m.text }

// separator reports whether l only separates its neighbours.
func (l lexeme) separator() bool { return l.kind == token.SEMICOLON || l.kind == token.COMMA }

// names reports whether l is a name, a literal or a keyword.
func (l lexeme) names() bool { return l.kind.IsLiteral() || l.kind.IsKeyword() }

// score counts the letters and digits of l.
func (l lexeme) score() int {
	word := l.text
	if l.kind.IsKeyword() {
		word = l.kind.String()
	}
	n := 0
	for _, c := range word {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			n++
		}
	}
	return n
}

// scan returns the tokens of src without comments, in a form that gofmt and
// line breaks do not change. Automatic and written semicolons are the same. A
// semicolon before a closing parenthesis or brace is dropped, and so is a comma
// before any closing bracket. The case of letters in numbers does not matter.
// Lines are counted in the text, without applying //line directives.
func scan(src []byte) []lexeme {
	file := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, 0)
	list := make([]lexeme, 0, len(src)/5)
	line, at := 1, 0
	for {
		pos, kind, lit := s.Scan()
		if kind == token.EOF {
			return list
		}
		off := file.Offset(pos)
		if off > at {
			line += bytes.Count(src[at:off], []byte{'\n'})
			at = off
		}
		if closes(kind) {
			list = dropSeparators(list, kind)
		}
		list = append(list, normalised(kind, lit, off, line))
	}
}

func normalised(kind token.Token, lit string, off, line int) lexeme {
	l := lexeme{kind: kind, off: off, line: line, end: line}
	switch kind {
	case token.STRING:
		l.text = lit
		l.end += strings.Count(lit, "\n")
	case token.INT, token.FLOAT, token.IMAG:
		l.text = strings.ToLower(lit)
	case token.IDENT, token.CHAR, token.ILLEGAL:
		l.text = lit
	}
	return l
}

func closes(kind token.Token) bool {
	return kind == token.RPAREN || kind == token.RBRACE || kind == token.RBRACK
}

// dropSeparators drops separators that mean nothing before a closing bracket.
func dropSeparators(list []lexeme, closer token.Token) []lexeme {
	for n := len(list) - 1; n >= 0; n-- {
		k := list[n].kind
		if k != token.COMMA && (k != token.SEMICOLON || closer == token.RBRACK) {
			break
		}
		list = list[:n]
	}
	return list
}
