package page

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"runtime"
	"strconv"

	"github.com/goat-trace/goat/hub/look"
	"github.com/goat-trace/goat/hub/report"
)

// Heading is shown above a report.
type Heading struct {
	Title string   // such as a service and its commit
	Notes []string // sentences about how far the report can be trusted
}

//go:embed page.html
var text string

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"sheet": func() template.CSS { return template.CSS(look.Sheet) }, //nolint:gosec // the hub's own
	// As in the func report, whose numbers these are.
	"percent": func(p float64) string { return strconv.FormatFloat(p, 'f', 1, 64) },
	"share":   func(c interface{ Percent() (float64, bool) }) float64 { p, _ := c.Percent(); return p },
	"show":    escapedText,
}).Parse(text))

// escapedText makes foreign text visible; the template escapes it for HTML.
func escapedText(s string) template.HTML { return template.HTML(appendEscaped(nil, []byte(s))) } //nolint:gosec // escaped here

// WriteReport writes a report with the source of all files as one HTML page.
func WriteReport(ctx context.Context, w io.Writer, r *report.Report, h Heading) error {
	return write(ctx, w, "report", struct {
		Heading
		*report.Report
	}{h, r}, sections{len(r.Files), func(i int) []byte { return appendFile(nil, i, &r.Files[i]) }})
}

// WriteIncremental writes the changed lines of a report, with the lines around
// them, as one HTML page.
func WriteIncremental(ctx context.Context, w io.Writer, r *report.IncrementalReport, h Heading) error {
	return write(ctx, w, "incremental", struct {
		Heading
		*report.IncrementalReport
	}{h, r}, sections{len(r.Files), func(i int) []byte { return appendChanged(nil, i, &r.Files[i]) }})
}

// sections are the parts of a page after its first one.
type sections struct {
	n    int
	make func(int) []byte
}

// write writes a page: what the template name makes of data, and the sections.
func write(ctx context.Context, w io.Writer, name string, data any, s sections) error {
	out := bufio.NewWriterSize(w, 64<<10)
	err := pages.ExecuteTemplate(out, name, data)
	if err == nil {
		err = s.write(ctx, out)
	}
	if err == nil {
		err = pages.ExecuteTemplate(out, "foot", nil)
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing a report's page: %w", err)
	}
	return nil
}

// write makes sections on all cores, no more of them than are needed to keep
// these busy, and writes them in order.
func (s sections) write(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begun := make(chan chan []byte, 2*runtime.GOMAXPROCS(0))
	go func() {
		defer close(begun)
		for i := range s.n {
			done := make(chan []byte, 1)
			select {
			case begun <- done:
				go func() { done <- s.make(i) }()
			case <-ctx.Done():
				return
			}
		}
	}()
	for done := range begun {
		if _, err := w.Write(<-done); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// appendFile appends a file with all of its lines.
func appendFile(dst []byte, i int, f *report.File) []byte {
	dst = appendHead(dst, i, f.Name, fmt.Sprintf("%.1f %% of %d statements", f.Total.Percent(), f.Total.Statements), f.Missing)
	if f.Text != nil {
		dst = append(dst, `<div class="src" tabindex="0" role="region" aria-label="Source">`...)
		for _, l := range Lines(f.Text, f.Profile) {
			dst = appendLine(dst, &l, true)
		}
		dst = append(dst, "</div>"...)
	}
	return append(dst, "</details>\n"...)
}

// around is how many lines are shown before and after a changed one.
const around = 3

// appendChanged appends the changed lines of a file.
func appendChanged(dst []byte, i int, f *report.IncrementalFile) []byte {
	dst = appendHead(dst, i, f.Path, f.Counts.String(), f.Missing)
	if f.Text != nil {
		dst = append(dst, `<div class="src" tabindex="0" role="region" aria-label="Source">`...)
		dst = appendFolded(dst, f)
		dst = append(dst, "</div>"...)
	}
	return append(dst, "</details>\n"...)
}

// appendFolded appends the lines near changed ones. States are those of the
// report; other lines have none.
func appendFolded(dst []byte, f *report.IncrementalFile) []byte {
	lines := Lines(f.Text, nil)
	states := f.Lines
	shown := 0 // lines that were appended or folded
	fold := func(to int) {
		if n := to - shown; n > 0 {
			dst = append(dst, fmt.Sprintf(`<span class="fold">⋯ %d lines, unchanged</span>`, n)...)
		}
	}
	for _, interval := range f.Changed {
		from := min(max(interval[0]-1-around, shown), len(lines))
		to := min(interval[1]+around, len(lines))
		if from < to {
			fold(from)
		}
		for n := from; n < to; n++ {
			for len(states) > 0 && states[0].Number < n+1 {
				states = states[1:]
			}
			if len(states) > 0 && states[0].Number == n+1 {
				lines[n].State, lines[n].Count, lines[n].Points = states[0].State, states[0].Count, states[0].Points
			}
			dst = appendLine(dst, &lines[n], f.IsChanged(n+1))
		}
		shown = max(shown, to)
	}
	fold(len(lines))
	return dst
}

// appendHead opens a file's section.
func appendHead(dst []byte, i int, name, summary, missing string) []byte {
	dst = append(dst, `<details class="card" id="f`...)
	dst = append(strconv.AppendInt(dst, int64(i), 10), `"><summary><span class="mono">`...)
	dst = append(appendEscaped(dst, []byte(name)), `</span> <small>`...)
	dst = append(appendEscaped(dst, []byte(summary)), `</small></summary>`...)
	if missing != "" {
		dst = append(dst, `<p class="soft">The source is missing: `...)
		dst = append(appendEscaped(dst, []byte(missing)), `</p>`...)
	}
	return dst
}

// marks are how the sheet shows a state: class, sign and words.
var marks = map[report.State][3]string{
	report.Covered:    {"is-ran", "✓", "ran"},
	report.Partial:    {"is-part", "◐", "ran in part"},
	report.Missed:     {"is-never", "✗", "never ran"},
	report.Unmeasured: {"is-unmeasured", "·", "not measured"},
}

// appendLine appends a line. changed tells a line that counts from one around
// it.
func appendLine(dst []byte, l *Line, changed bool) []byte {
	state := l.State
	if l.Points != nil {
		state = l.Points.State // the finer one
	}
	mark := marks[state]
	if !changed {
		mark = [3]string{}
	}
	dst = append(dst, "<div"...)
	if mark[0] != "" {
		dst = append(append(append(dst, ` class="`...), mark[0]...), '"')
	}
	dst = strconv.AppendInt(append(dst, `><span class="ln">`...), int64(l.Number), 10)
	dst = append(dst, `</span><span class="sg"`...)
	if mark[0] != "" {
		dst = append(append(append(dst, ` title="`...), mark[2]...), '"')
	}
	dst = append(append(append(dst, '>'), mark[1]...), `</span><span class="ct">`...)
	switch {
	case changed && l.Points != nil:
		dst = fmt.Appendf(dst, "%d of %d", l.Points.Ran, l.Points.Of)
	case changed && l.Count > 1: // 1 says no more than the mark does, in mode set
		dst = append(appendCount(dst, l.Count), "×"...)
	}
	dst = append(dst, `</span><span>`...)
	return append(append(dst, l.Code...), "</span></div>\n"...)
}

// appendCount writes a count so that it fits the gutter: 9999, 12k, 3M.
func appendCount(dst []byte, n uint64) []byte {
	const units = "kMGTPE"
	unit := -1
	for n > 9999 {
		n, unit = n/1000, unit+1
	}
	dst = strconv.AppendUint(dst, n, 10)
	if unit >= 0 {
		dst = append(dst, units[unit])
	}
	return dst
}
