package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// A comment on GitHub or GitLab has room for 65,536 characters; the text is cut to
// fewer.
const mostMarkdown = 60_000

// Markdown writes a comment on a pull request: how much has run, and what never
// did, cut to the room of a comment.
func Markdown(w io.Writer, r *Report) error {
	var b strings.Builder
	for i, release := range r.Releases {
		if i > 0 {
			b.WriteString("\n")
		}
		release.markdown(&b)
	}
	for _, p := range r.Problems {
		if b.Len() < mostMarkdown {
			fmt.Fprintf(&b, "\n- Not read: %s: %s\n", code(p.Place), plain(p.Error))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Release) markdown(b *strings.Builder) {
	t := &r.Totals
	fmt.Fprintf(b, "### Changed code that has run: %d %%\n\n", t.Percent())
	fmt.Fprintf(b, "%s: **%d of %d** points covered", plain(r.Title), t.Covered, t.Wanted())
	if t.Excused > 0 {
		fmt.Fprintf(b, ", %d excused", t.Excused)
	}
	fmt.Fprintf(b, "; %s", t.lineSummary())
	if n := len(r.Processes); n > 1 {
		fmt.Fprintf(b, "; %d processes", n)
	}
	b.WriteString(".\n")
	if r.Sides != nil {
		fmt.Fprintf(b, "\n| | ran here | never here |\n| --- | ---: | ---: |\n| ran in tests | %d | %d |\n| never in tests | %d | %d |\n", r.Sides.Both, r.Sides.Tests, r.Sides.Programs, r.Sides.Neither)
	}
	if len(r.Files) > 0 {
		b.WriteString("\n| file | covered | | never ran |\n| --- | ---: | ---: | ---: |\n")
	}
	for i, f := range r.Files {
		if b.Len() > mostMarkdown/2 {
			fmt.Fprintf(b, "| and %s more | | | |\n", count(len(r.Files)-i, "file"))
			break
		}
		fmt.Fprintf(b, "| %s | %d of %d | %d %% | %d |\n", code(f.Name), f.Totals.Covered, f.Totals.Wanted(), f.Totals.Percent(), f.Totals.Missing)
	}
	missing := r.Missing()
	if len(missing) == 0 {
		b.WriteString("\nEvery point that counts has run.\n")
		return
	}
	fmt.Fprintf(b, "\n<details><summary>What never ran: %s</summary>\n\n| place | function | kind | owner |\n| --- | --- | --- | --- |\n", count(len(missing), "point"))
	for i, p := range missing {
		if b.Len() > mostMarkdown {
			fmt.Fprintf(b, "| and %d more | | | |\n", len(missing)-i)
			break
		}
		kind := p.Kind
		if p.ErrorPath {
			kind += ", error path"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", code(p.Place()), code(p.Func), plain(kind), code(strings.Join(p.Owners, " ")))
	}
	b.WriteString("\n</details>\n")
}

// code shows a text as code, in which mentions have no effect.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "<code>" + plain(text) + "</code>"
}

// plain writes a text so that Markdown and HTML interpret none of it. Everything
// but letters, digits and blanks becomes a character reference (CommonMark, 2.5),
// even the dots and colons that would make a link. The text stays on its line.
func plain(text string) string {
	var b strings.Builder
	for _, r := range terminal.Line(text) {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == ' ', r == '/', r == ',', r == '(', r == ')', r > 0x7f:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return b.String()
}
