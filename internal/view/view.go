package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/terminal"
)

// Print prints releases for people: what each is, and its points or totals.
func Print(w io.Writer, releases []*coverage.Release, o Options) error {
	for i, r := range releases {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := o.print(w, r); err != nil {
			return err
		}
	}
	return nil
}

func (o *Options) print(w io.Writer, r *coverage.Release) error {
	for line := range strings.Lines(o.heading(r)) {
		for _, part := range o.wrap(strings.TrimSuffix(line, "\n")) {
			fmt.Fprintln(w, o.fit(part))
		}
	}
	switch {
	case o.By != "":
		return o.printTotals(w, r)
	case o.Source != nil:
		return o.printSource(w, r)
	}
	return o.printPoints(w, r)
}

// wrap breaks a line that is too wide after its last colon or semicolon, so that
// the numbers are not cut off.
func (o *Options) wrap(line string) []string {
	at := max(strings.LastIndex(line, ": "), strings.LastIndex(line, "; "))
	if o.Screen.Width <= 0 || terminal.Columns(line) <= o.Screen.Width || at < 0 {
		return []string{line}
	}
	return []string{line[:at+1], "  " + line[at+2:]}
}

// Title names a release: its programs, and what they were built from.
func Title(r *coverage.Release) string {
	from := []string{"commit not known"}
	switch b := &r.Build; {
	case b.Commit != "" && b.Modified:
		from[0] = fmt.Sprintf("%.10s with changes", b.Commit)
	case b.Commit != "":
		from[0] = fmt.Sprintf("%.10s", b.Commit)
	}
	if r.Build.Base != "" {
		from = append(from, "base "+r.Build.Base)
	}
	return terminal.Line(strings.Join(r.Programs(), ", ") + " (" + strings.Join(from, ", ") + ")")
}

// heading says in a few lines how much of a release has run, and where.
func (o *Options) heading(r *coverage.Release) string {
	total := r.Total()
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", Title(r), covered(total))
	if n := len(r.Processes); n > 1 {
		fmt.Fprintf(&b, "%d processes; %s ran in all that have them, %d in some, %d in none\n", n, Count(total.Covered-total.Some, "point"), total.Some, total.Never())
	}
	if components := r.Components(); len(components) > 1 && o.By == "" {
		for _, c := range components {
			fmt.Fprintf(&b, "%s: %s\n", terminal.Word(c.Name), covered(c))
		}
	}
	return b.String()
}

func covered(t coverage.Total) string {
	return fmt.Sprintf("%d of %s covered (%d%%)", t.Covered, Count(t.Total, "point"), t.Percent())
}

// Count writes a number followed by its noun.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
