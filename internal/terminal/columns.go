package terminal

import (
	"strings"
	"unicode"
)

// Columns returns how many columns of a terminal a text takes: ideographs and
// most emoji take two, combining marks none. The text is one that Line or Word
// has returned.
func Columns(text string) (n int) {
	for _, r := range text {
		n += columns(r)
	}
	return n
}

func columns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x3000 && r <= 0x303e, r >= 0xff01 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, // forms as wide as ideographs
		r >= 0x1f300 && r <= 0x1faff, r >= 0x231a && r <= 0x231b, r >= 0x2614 && r <= 0x2615:
		return 2
	}
	return 1
}

// Cut returns what of a text fits into so many columns; where it is cut, it ends
// with an ellipsis.
func Cut(text string, width int) string {
	if Columns(text) <= width {
		return text
	}
	if width < 1 {
		return ""
	}
	var b strings.Builder
	n := 1 // the ellipsis
	for _, r := range text {
		if n += columns(r); n > width {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

// CutLeft is Cut for texts whose end says more, such as names of files.
func CutLeft(text string, width int) string {
	if Columns(text) <= width {
		return text
	}
	if width < 1 {
		return ""
	}
	runes := []rune(text)
	n, from := 1, len(runes)
	for from > 0 && n+columns(runes[from-1]) <= width {
		from--
		n += columns(runes[from])
	}
	for from < len(runes) && columns(runes[from]) == 0 {
		from++ // a mark without its letter
	}
	return "…" + string(runes[from:])
}
