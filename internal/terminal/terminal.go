package terminal

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text returns text with all that is not printable written as an escape
// sequence of Go's: \x1b, \u009b. Ends of lines and tabs stay, and so does
// text in any script.
func Text(text string) string {
	return escape(text, func(r rune) bool { return r == '\n' || r == '\t' || shows(r) })
}

// Line is Text for what must stay on one line, such as a file's name: ends of
// lines and tabs are escaped too.
func Line(text string) string { return escape(text, shows) }

func escape(text string, keep func(rune) bool) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !keep(r) }) {
		return text
	}
	var b strings.Builder
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case keep(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// shows reports whether a terminal shows a rune and does nothing else. Blanks
// of all widths are among these.
func shows(r rune) bool { return unicode.IsPrint(r) || unicode.Is(unicode.Zs, r) }

// Word returns text for a place of its own, such as a cell of a table: quoted,
// as Go does, if any of it is not printable.
func Word(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || !utf8.ValidString(text) {
		return strconv.Quote(text)
	}
	return text
}

// JSON returns a JSON text in which strings have \u in place of what is not
// printable; it says the same. A text that is all ASCII or printable stays as
// it is.
func JSON(text []byte) []byte {
	keep := func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' || shows(r) }
	if utf8.Valid(text) && !bytes.ContainsFunc(text, func(r rune) bool { return !keep(r) }) {
		return text
	}
	var b strings.Builder
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRune(text[i:])
		switch {
		case keep(r) && !(r == utf8.RuneError && size == 1):
			b.WriteRune(r)
		case r > 0xffff: // two halves (RFC 8259, section 7)
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default: // a byte that is no text is U+FFFD to who reads JSON
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return []byte(b.String())
}
