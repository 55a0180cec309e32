package terminal

import "strings"

// Wrap breaks a text at its blanks so that no line is wider than width, those after
// the first with indent in front. A word that is wider than a line gets one of its
// own. Without a width, as in a pipe, the text stays one line.
func Wrap(text string, width int, indent string) string {
	room := width - Columns(indent)
	if width <= 0 || room < 16 || Columns(text) <= width {
		return text
	}
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		n := Columns(word)
		switch {
		case i == 0:
			lead := text[:len(text)-len(strings.TrimLeft(text, " "))]
			b.WriteString(lead)
			column = len(lead)
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
