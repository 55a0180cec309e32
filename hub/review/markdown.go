package review

import (
	"fmt"
	"strings"
)

// How much of each list the Markdown has.
const (
	markdownGroups = 20
	markdownPoints = 100
)

// Markdown is the review as text for a chat or a pull request. Names that others
// chose cannot format it, link or mention anybody.
func (v *Review) Markdown(address string) string {
	var b strings.Builder
	verdict := v.Verdict()
	fmt.Fprintf(&b, "### %s %s: %s\n\n", plain(v.Service.Name()), plain(Short(v.Release.Revision)), plain(verdict.Title))
	if verdict.Detail != "" {
		b.WriteString(plain(verdict.Detail) + "\n\n")
	}
	for _, note := range append(v.Notes[:len(v.Notes):len(v.Notes)], v.Reading) {
		if note != "" {
			b.WriteString("- " + plain(note) + "\n")
		}
	}
	if v.Has() {
		t := &v.Totals
		fmt.Fprintf(&b, "\n| points of changed code | ran in all instances | in some only | never | in error paths | excused |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n| %d | %d | %d | %d | %d | %d |\n", t.Points, t.Ran, t.Some, t.Never, t.ErrorPaths, t.Excused)
		by := "package"
		if v.Owned {
			by = "owner"
		}
		v.markdownGroups(&b, by)
		v.markdownPoints(&b)
	}
	if address != "" {
		fmt.Fprintf(&b, "\n%s\n", address)
	}
	return b.String()
}

func (v *Review) markdownGroups(b *strings.Builder, by string) {
	groups := GroupBy(by, v.Select(Filter{}))
	fmt.Fprintf(b, "\n| %s | covered | never ran |\n| --- | ---: | ---: |\n", by)
	for i, g := range groups {
		if i == markdownGroups {
			fmt.Fprintf(b, "| and %d more | | |\n", len(groups)-i)
			break
		}
		fmt.Fprintf(b, "| %s | %d of %d | %d |\n", code(g.Label), g.Covered(), g.Wanted(), g.Never)
	}
}

func (v *Review) markdownPoints(b *strings.Builder) {
	never := v.Select(Filter{State: "never"})
	if len(never) == 0 {
		return
	}
	b.WriteString("\n| never ran | function | kind | owner | commit |\n| --- | --- | --- | --- | --- |\n")
	for i, p := range never {
		if i == markdownPoints {
			fmt.Fprintf(b, "| and %d more | | | | |\n", len(never)-i)
			break
		}
		kind := p.Kind
		if p.ErrorPath {
			kind += " in an error path"
		}
		commit := ""
		if p.Commit != nil {
			commit = code(Short(p.Commit.ID)) + " " + plain(p.Commit.Subject)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", code(fmt.Sprintf("%s:%d", p.Path, p.Line)), code(p.Func), plain(kind), code(strings.Join(p.Owners, " ")), commit)
	}
}

// code shows a text as code.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "<code>" + plain(text) + "</code>"
}

// plain writes a text so that neither Markdown nor HTML finds anything in it: all
// but letters, digits and a few signs become character references (CommonMark, 2.5).
func plain(text string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == ' ', r == '/', r == ',', r == '(', r == ')', r >= 0xa0:
			b.WriteRune(r)
		case r < ' ' || r >= 0x7f:
			b.WriteByte(' ')
		default:
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return b.String()
}
