package page

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"unicode"
	"unicode/utf8"
)

// piece is a token of a line of source, or the text between two.
type piece struct {
	text  []byte
	class string // of the sheet; "" for plain text
	// line is the line of the text, 1-based. at is its position after //line
	// directives, which may differ. It is zero for text that does not run: space,
	// comments, braces.
	line int
	at   token.Position
}

// pieces cuts Go source into pieces, none of which crosses a line's end, and
// calls use for each, in order. Line ends are left out.
func pieces(text []byte, use func(piece)) {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) // as the scanner does within its literals
	p := cutter{text: text, use: use, line: 1}
	file := token.NewFileSet().AddFile("", -1, len(text))
	p.adjusted = bytes.Contains(text, []byte("//line ")) || bytes.Contains(text, []byte("/*line "))
	var s scanner.Scanner
	s.Init(file, text, func(token.Position, string) {}, scanner.ScanComments)
	var names nameFinder
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			p.upTo(len(text), "", token.Position{})
			return
		}
		start := file.Offset(pos)
		p.upTo(start, "", token.Position{})
		class := names.class(tok)
		if tok == token.SEMICOLON && literal == "\n" {
			continue // the scanner's own
		}
		var at token.Position
		if runs(tok) {
			at = p.position(file, pos, start)
		}
		p.upTo(min(start+max(len(literal), length(tok)), len(text)), class, at)
	}
}

func length(tok token.Token) int {
	if tok.IsOperator() || tok.IsKeyword() {
		return len(tok.String())
	}
	return 0
}

// runs reports whether a token belongs to what a block's counter counts. Braces,
// and an else alone, are on the border of two blocks.
func runs(tok token.Token) bool {
	switch tok {
	case token.LBRACE, token.RBRACE, token.SEMICOLON, token.COMMENT, token.RPAREN, token.COMMA, token.ELSE, token.ILLEGAL:
		return false
	}
	return true
}

// nameFinder gives tokens their class. It knows where a function's name is: after a
// func that begins a declaration, and after its receiver.
type nameFinder struct {
	inside bool // a statement or declaration has begun
	begun  bool // the declaration of a function, whose name is still to come
	depth  int  // of brackets
}

func (f *nameFinder) class(tok token.Token) (class string) {
	switch {
	case tok == token.COMMENT:
		return "cm"
	case tok == token.FUNC:
		f.begun, class = !f.inside && f.depth == 0, "kw"
	case tok.IsKeyword():
		class = "kw"
	case tok == token.STRING || tok == token.CHAR:
		class = "st"
	case tok == token.LPAREN || tok == token.LBRACK || tok == token.LBRACE:
		f.depth++
	case tok == token.RPAREN || tok == token.RBRACK || tok == token.RBRACE:
		f.depth--
	case tok == token.IDENT && f.begun && f.depth == 0:
		f.begun, class = false, "nm"
	}
	f.inside = tok != token.SEMICOLON
	return class
}

// cutter hands out the text up to offsets, line by line.
type cutter struct {
	text      []byte
	use       func(piece)
	offset    int
	line      int
	lineStart int
	adjusted  bool // there may be //line directives
}

// position is where a token is, as cover counts. Without directives it is
// known here.
func (c *cutter) position(file *token.File, pos token.Pos, offset int) token.Position {
	if c.adjusted {
		return file.Position(pos)
	}
	return token.Position{Line: c.line, Column: offset - c.lineStart + 1}
}

func (c *cutter) upTo(end int, class string, at token.Position) {
	for c.offset < end {
		n := bytes.IndexByte(c.text[c.offset:end], '\n')
		if n < 0 {
			c.use(piece{c.text[c.offset:end], class, c.line, at})
			c.offset = end
			return
		}
		if n > 0 {
			c.use(piece{c.text[c.offset : c.offset+n], class, c.line, at})
		}
		c.offset += n + 1
		c.line, c.lineStart = c.line+1, c.offset
	}
}

// appendEscaped appends text as HTML. It writes out characters that are invisible
// or would reverse the text around them: control characters, and the marks that
// change the direction of writing.
func appendEscaped(dst, text []byte) []byte {
	plain := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && escapes[c] == "" {
			i++
			continue
		}
		instead, size := escapes[c&0x7f], 1
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRune(text[i:])
			instead = visible(r, size, c)
			if instead == "" {
				i += size
				continue
			}
		}
		dst = append(append(dst, text[plain:i]...), instead...)
		i += size
		plain = i
	}
	return append(dst, text[plain:]...)
}

// visible says how a character is written that should not be there; "" for
// others.
func visible(r rune, size int, first byte) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf(`\x%02x`, first)
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
		return fmt.Sprintf(`\u%04x`, r)
	}
	return ""
}

// escapes are those of ASCII.
var escapes = func() (list [utf8.RuneSelf]string) {
	for c := range list {
		if c < ' ' && c != '\t' || c == 0x7f {
			list[c] = fmt.Sprintf(`\x%02x`, c)
		}
	}
	list['<'], list['>'], list['&'], list['"'], list['\''] = "&lt;", "&gt;", "&amp;", "&#34;", "&#39;"
	return list
}()
