package syntax

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"strings"
)

// NormalForm returns the tokens of a declaration of a file, each followed by a NUL.
// Two declarations have the same form if they differ only in comments, line breaks
// and what gofmt changes:
//
//   - a semicolon, written or automatic, counts once, and only between two
//     statements, fields or parts of a for header;
//   - a comma before a closing bracket, which a line break demands, does not
//     count;
//   - neither does what gofmt takes away, see Needless;
//   - numbers are spelled as gofmt does.
//
// Nothing else is left out, so two declarations with one form do the same. text
// are the file's bytes; the form is nil where they are not.
func NormalForm(file *token.File, text []byte, decl ast.Node) []byte {
	if file == nil || file.Size() != len(text) {
		return nil
	}
	base := file.Offset(decl.Pos())
	src := text[base:file.Offset(decl.End())]
	w := normalWriter{text: make([]byte, 0, len(src)), needless: FindNeedless(file, text, decl)}
	own := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(own, src, func(token.Position, string) {}, 0)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return w.text
		}
		w.token(base+own.Offset(pos), tok, lit)
	}
}

type normalWriter struct {
	text             []byte
	needless         Needless
	last             token.Token // what was written last
	semicolon, comma bool        // read and not written yet
}

func (w *normalWriter) token(offset int, tok token.Token, lit string) {
	switch tok {
	case token.SEMICOLON:
		w.semicolon = w.semicolon || !w.needless.Semicolon(offset)
		return
	case token.RPAREN, token.RBRACK, token.RBRACE:
		w.comma = false
	}
	if w.needless.Paren(offset) {
		return
	}
	if w.comma {
		w.write(token.COMMA, "")
	}
	if w.semicolon && w.separates(tok) {
		w.write(token.SEMICOLON, "")
	}
	w.comma, w.semicolon = false, false
	if tok == token.COMMA {
		w.comma = true
		return
	}
	w.write(tok, lit)
}

// separates reports whether a semicolon before next is between two things.
// Behind an opening bracket or a colon it ends an empty statement.
func (w *normalWriter) separates(next token.Token) bool {
	switch next {
	case token.RPAREN, token.RBRACE:
		return false
	}
	switch w.last {
	case token.LPAREN, token.LBRACE, token.COLON:
		return false
	}
	return true
}

func (w *normalWriter) write(tok token.Token, lit string) {
	text := tok.String()
	switch tok {
	case token.IDENT, token.CHAR, token.STRING:
		text = lit
	case token.INT, token.FLOAT, token.IMAG:
		text = number(lit)
	}
	w.text = append(append(w.text, text...), 0)
	w.last = tok
}

// number spells a number as gofmt does (go/printer: normalizedNumber): prefix
// and exponent in lower case, no zeros before an imaginary integer.
func number(x string) string {
	if len(x) < 2 {
		return x
	}
	switch x[:2] {
	case "0x", "0X":
		return "0x" + strings.ReplaceAll(x[2:], "P", "p")
	case "0o", "0O":
		return "0o" + x[2:]
	case "0b", "0B":
		return "0b" + x[2:]
	}
	if strings.Contains(x, "E") {
		return strings.ReplaceAll(x, "E", "e")
	}
	if strings.HasSuffix(x, "i") && !strings.ContainsAny(x, ".e") {
		if x = strings.TrimLeft(x, "0_"); x == "i" {
			x = "0i"
		}
	}
	return x
}
