package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// Text writes tables for people.
func Text(w io.Writer, r *Report) error {
	p := printer{w: w}
	for i, release := range r.Releases {
		if i > 0 {
			p.printf("\n")
		}
		release.text(&p)
	}
	return p.err
}

func (r *Release) text(p *printer) {
	p.printf("%s: %s\n", r.Title, r.Totals.summary())
	if n := len(r.Processes); n > 1 {
		p.printf("%d processes; %d of the covered points did not run in all that have them\n", n, r.Totals.Some)
	} else if n == 0 {
		p.printf("nothing of it has run yet: only the binary was read\n")
	}
	p.printf("%s\n", r.Totals.lineSummary())
	if r.Sides != nil {
		p.printf("%s\n", r.Sides.Sentence())
	}
	files := terminal.Table{Above: "\n", Titles: []string{"FILE", "COVERED", "", "NEVER", "EXCUSED"}, Right: []int{1, 2, 3, 4}}
	p.table(&files, func(add terminal.AddRow) error {
		for _, f := range r.Files {
			t := f.Totals
			add("", f.Name, fmt.Sprintf("%d of %d", t.Covered, t.Wanted()), strconv.Itoa(t.Percent())+"%", strconv.Itoa(t.Missing), strconv.Itoa(t.Excused))
		}
		return nil
	})
	missing := terminal.Table{Above: "\n", Titles: []string{"NEVER RAN", "FUNC", "KIND", "ERROR PATH", "OWNER"}}
	if r.Sides != nil {
		missing.Titles = append(missing.Titles, "TESTS")
	}
	p.table(&missing, func(add terminal.AddRow) error {
		for _, point := range r.Missing() {
			cells := []string{point.Place(), point.Func, point.Kind, yes(point.ErrorPath), strings.Join(point.Owners, ",")}
			if r.Sides != nil {
				cells = append(cells, map[bool]string{true: "ran", false: "never"}[point.Tested])
			}
			add("", cells...)
		}
		return nil
	})
	r.textExcuses(p)
	if r.Sides != nil && r.Sides.Programs > 0 {
		here := terminal.Table{Above: "\n", Titles: []string{"RAN HERE, NOT IN TESTS", "FUNC", "KIND"}}
		p.table(&here, func(add terminal.AddRow) error {
			for _, f := range r.Files {
				for _, point := range f.sorted() {
					if point.side() == "programs" {
						add("", point.Place(), point.Func, point.Kind)
					}
				}
			}
			return nil
		})
	}
}

func (r *Release) textExcuses(p *printer) {
	excuses := terminal.Table{Above: "\n", Titles: []string{"EXCUSED", "UNTIL", "RAN", "REASON"}}
	p.table(&excuses, func(add terminal.AddRow) error {
		for _, f := range r.Files {
			for _, point := range f.sorted() {
				if point.Excuse == nil {
					continue
				}
				until := point.Excuse.Until.Format("2006-01-02")
				if point.Expired {
					until += " (over)"
				}
				add("", point.Place(), until, yes(point.Ran > 0), point.Excuse.Reason)
			}
		}
		return nil
	})
	for _, text := range r.Wrong {
		p.printf("%s\n", terminal.Line(text))
	}
}

func (p *printer) table(t *terminal.Table, rows func(terminal.AddRow) error) {
	if p.err == nil {
		p.err = t.Print(p.w, rows)
	}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
