package cli

import (
	"fmt"
	"strings"

	"github.com/goat-trace/goat/internal/buildinfo"
)

func manHead(name, short string) string {
	return fmt.Sprintf(".TH %s 1 \"\" %s \"Goat\"\n.SH NAME\n%s \\- %s\n", roff(strings.ToUpper(name)), quoted("goat "+buildinfo.Version()), roff(name), roff(short))
}

func manOverview(list []described) string {
	var b strings.Builder
	b.WriteString(manHead("goat", "show which of the changed Go code has run"))
	b.WriteString(".SH SYNOPSIS\n.B goat\n.I command\n.RI [ flags ]\n.RI [ arguments ]\n.SH COMMANDS\n")
	for _, c := range list {
		fmt.Fprintf(&b, ".TP\n.BR goat\\-%s (1)\n%s\n", roff(c.name), roff(c.short))
	}
	b.WriteString(".SH EXIT STATUS\n0 done, 1 it could not be done, 2 the command line is wrong. Commands that have others say so.\n")
	return b.String()
}

// man is a command's man page.
func (d described) man() string {
	var b strings.Builder
	b.WriteString(manHead("goat-"+d.name, d.short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B goat %s\n.RI [ flags ]\n", roff(d.name))
	if d.args != "" {
		fmt.Fprintf(&b, "%s\n", roff(d.args))
	}
	b.WriteString(".SH DESCRIPTION\n")
	manText(&b, d.long)
	if len(d.flags) > 0 {
		b.WriteString(".SH OPTIONS\n")
	}
	for _, f := range d.flags {
		fmt.Fprintf(&b, ".TP\n.B %s", roff("-"+f.name))
		if f.value != "" {
			fmt.Fprintf(&b, " %s", roff(f.value))
		}
		fmt.Fprintf(&b, "\n%s\n", roff(f.usage))
	}
	b.WriteString(".SH SEE ALSO\n.BR goat (1)\n")
	return b.String()
}

// manText writes paragraphs. It does not change lines that begin with a tab.
func manText(b *strings.Builder, text string) {
	literal := false
	end := func() {
		if literal {
			b.WriteString(".EE\n.RE\n")
		}
		literal = false
	}
	for line := range strings.Lines(strings.TrimSpace(text) + "\n") {
		line = strings.TrimSuffix(line, "\n")
		code, isCode := strings.CutPrefix(line, "\t")
		switch {
		case line == "":
			end()
			b.WriteString(".PP\n")
			continue
		case isCode && !literal:
			b.WriteString(".RS\n.EX\n")
			literal = true
		case !isCode:
			end()
		}
		if isCode {
			line = code
		}
		b.WriteString(roff(line) + "\n")
	}
	end()
}

// roff escapes a text, so that nothing in it is taken for a macro or an escape.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	var b strings.Builder
	for _, r := range text {
		if r < 0x7f {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	text = b.String()
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

func quoted(text string) string { return `"` + strings.ReplaceAll(roff(text), `"`, `\(dq`) + `"` }
