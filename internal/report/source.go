package report

import (
	"bufio"
	"fmt"
	"go/scanner"
	"go/token"
	"html"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// around is how many lines are shown before and after a changed one.
const around = 3

// writeFile writes a file's section of the page.
func writeFile(out *bufio.Writer, id string, f *File) {
	t := f.Totals
	open := ""
	if t.Missing > 0 {
		open = " open"
	}
	fmt.Fprintf(out, "<details class=\"card file\" id=%q%s><summary><h3 class=\"mono\">%s</h3> <span class=\"soft\">%s</span></summary>\n",
		id, open, escape(f.Name), escape(t.summary()+"; "+t.lineSummary()))
	defer out.WriteString("</details>\n")
	if f.Note != "" {
		fmt.Fprintf(out, "<p class=\"soft\">%s</p>\n", escape(f.Note))
	}
	if !f.Known {
		out.WriteString("<p class=\"soft\">Its source is not at hand.</p>\n<ul>")
		for _, p := range f.sorted() {
			if p.Ran == 0 {
				fmt.Fprintf(out, "<li class=\"never\">✗ line %d: %s</li>", p.Line, escape(p.Sentence()))
			}
		}
		out.WriteString("</ul>\n")
		return
	}
	fmt.Fprintf(out, "<div class=\"src\" tabindex=\"0\" role=\"region\" aria-label=\"Source of %s\">\n", escape(f.Name))
	writeSource(out, f)
	out.WriteString("</div>\n")
}

// writeSource writes the changed lines and the lines around them.
func writeSource(out *bufio.Writer, f *File) {
	text := highlight(f.Text)
	states := make(map[int]*Line, len(f.Lines))
	for i := range f.Lines {
		states[f.Lines[i].Number] = &f.Lines[i]
	}
	notes := make(map[int][]*Point)
	shown := make([]bool, len(text)+2)
	show := func(first, last int) {
		for n := max(first, 1); n <= min(last, len(text)); n++ {
			shown[n] = true
		}
	}
	for n := range states {
		show(n-around, n+around)
	}
	for _, p := range f.Points {
		if p.Ran == 0 {
			first, _ := p.span()
			notes[first] = append(notes[first], p)
			show(first-around, first+around)
		}
	}
	hidden := 0
	for n := 1; n <= len(text)+1; n++ {
		if n <= len(text) && !shown[n] {
			hidden++
			continue
		}
		if hidden > 0 {
			fmt.Fprintf(out, "<span class=\"fold\">⋯ %s, unchanged</span>\n", count(hidden, "line"))
			hidden = 0
		}
		if n <= len(text) {
			writeLine(out, n, text[n-1], states[n], notes[n])
		}
	}
}

func writeLine(out *bufio.Writer, n int, text string, l *Line, notes []*Point) {
	class, sign, says, processes := "", "", "", ""
	if l != nil {
		class = [...]string{"is-never", "is-part", "is-ran"}[l.State]
		sign = [...]string{"✗", "◐", "✓"}[l.State]
		says = [...]string{"never ran", "ran in part", "ran"}[l.State]
		switch {
		case l.Excused:
			class, sign, says = "is-excused", "○", "excused"
		case l.some():
			class, sign, says = "is-part", "◐", "ran in some processes"
		}
		if l.Of > 1 {
			processes = fmt.Sprintf("%d of %d", l.Ran, l.Of)
		}
	}
	fmt.Fprintf(out, "<div class=%q><span class=\"ln\">%d</span><span class=\"sg\">", class, n)
	if sign != "" {
		fmt.Fprintf(out, "<span aria-hidden=\"true\">%s</span><span class=\"vh\">%s</span>", sign, says)
	}
	fmt.Fprintf(out, "</span><span class=\"ct\">%s</span><span>%s</span></div>\n", processes, text)
	for _, p := range notes {
		note := p.Sentence()
		if p.Excused() {
			reason, until, _ := p.Reason()
			note = fmt.Sprintf("%s is excused until %s: %s", p.What(), until.Format("2006-01-02"), reason)
		}
		fmt.Fprintf(out, "<span class=\"note\">%s</span>\n", escape(note))
	}
}

// escape makes all characters of foreign text visible, and escapes HTML.
func escape(text string) string { return html.EscapeString(terminal.Line(text)) }

// highlight returns the lines of a Go file as HTML, with classes for keywords,
// literals and comments.
func highlight(text string) []string {
	src := []byte(text)
	var b strings.Builder
	b.Grow(2 * len(text))
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, scanner.ScanComments)
	at := 0
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			break
		}
		class := tokenClass(tok)
		if class == "" || literal == "\n" {
			continue
		}
		start := file.Offset(pos)
		end := min(start+len(literal), len(src))
		if tok.IsKeyword() {
			end = start + len(tok.String())
		}
		if start < at {
			continue
		}
		writeText(&b, text[at:start], "")
		writeText(&b, text[start:end], class)
		at = end
	}
	writeText(&b, text[at:], "")
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

func tokenClass(tok token.Token) string {
	switch {
	case tok.IsKeyword():
		return "kw"
	case tok == token.STRING || tok == token.CHAR:
		return "st"
	case tok == token.COMMENT:
		return "cm"
	}
	return ""
}

// writeText writes a piece of source. A piece that spans several lines is written
// as one piece for each line.
func writeText(b *strings.Builder, text, class string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			continue
		}
		shown := html.EscapeString(visible(line))
		if class == "" {
			b.WriteString(shown)
			continue
		}
		b.WriteString(`<span class="` + class + `">` + shown + `</span>`)
	}
}

// visible is terminal.Line, but keeps tabs.
func visible(line string) string {
	if !strings.Contains(line, "\t") {
		return terminal.Line(line)
	}
	parts := strings.Split(line, "\t")
	for i, part := range parts {
		parts[i] = terminal.Line(part)
	}
	return strings.Join(parts, "\t")
}
