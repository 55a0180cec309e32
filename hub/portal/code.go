package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	reportpage "github.com/goat-trace/goat/hub/report/page"
	"github.com/goat-trace/goat/hub/review"
	"github.com/goat-trace/goat/hub/store/source"
)

// codeBody is a file with its changed lines, and what is known of one of them.
type codeBody struct {
	subject
	File     *review.File
	Sections []codeSection
	All      bool // unchanged lines are shown, too
	Panel    *panel
	NextLine string // address of the next line that did not run, "" for none
	PrevLine string
	Counted  bool // Go's counters have a report of the file, too
}

// codeSection is a run of lines, or of unchanged lines that are folded.
type codeSection struct {
	Folded int
	From   int // the first of the folded lines
	Lines  []codeLine
}

type codeLine struct {
	reportpage.Line
	Changed *review.Line // nil for an unchanged line
	Link    string
	At      bool // the panel is about it
}

// panel is what is known of a line.
type panel struct {
	*review.Line
	Commit  *source.CommitInfo
	Ran     []*review.Pod // that ran the point which ran in the fewest
	Missing []*review.Pod
	Pods    int              // that have it
	Tests   []*fleet.TestRun // that ran a point of the line
}

// More is how many pods the panel does not name.
func (p *panel) More() int { return p.Pods - len(p.Ran) - len(p.Missing) }

// podsInPanel is how many pods of each kind the panel names.
const podsInPanel = 20

// code is the source page: a file at the commit that was built, with its changed
// lines.
func (h *Handler) code(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	b := codeBody{subject: s, All: r.FormValue("all") != "", Counted: s.Release.Cover != nil}
	if b.File, err = h.reviews.File(r.Context(), s.Release.ID, r.FormValue("file")); err != nil {
		return err
	}
	at, err := b.chosen(r.FormValue("line"))
	if err != nil {
		return err
	}
	b.sections(at)
	b.neighbours(at)
	if line := b.File.At(at); line != nil {
		b.Panel = &panel{Line: line, Commit: b.File.Commit(line.Number)}
		b.Panel.pods(b.File.Review)
	}
	if b.File.Review.Reading != "" {
		w.Header().Set("Refresh", "3")
	}
	return h.show(w, http.StatusOK, "code.html", page{Title: s.title(b.File.Path), Tab: "code", Body: &b})
}

// chosen is the line that the address names; else the first that never ran, or the
// first changed one.
func (b *codeBody) chosen(text string) (int, error) {
	if text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return 0, fleet.Errorf(fleet.Invalid, "line is %.40q; it is the number of a line", text)
		}
		return n, nil
	}
	for i := range b.File.Lines {
		if b.File.Lines[i].State != report.Covered {
			return b.File.Lines[i].Number, nil
		}
	}
	if len(b.File.Lines) > 0 {
		return b.File.Lines[0].Number, nil
	}
	return 0, nil
}

// link is the address of a line of this page.
func (b *codeBody) link(line int) string {
	values := url.Values{"file": {b.File.Name}, "line": {strconv.Itoa(line)}}
	if b.All {
		values.Set("all", "1")
	}
	return "?" + values.Encode() + "#L" + strconv.Itoa(line)
}

// Fold is the address of this page with the unchanged lines shown or folded.
func (b *codeBody) Fold() string {
	values := url.Values{"file": {b.File.Name}}
	anchor := ""
	if b.Panel != nil {
		values.Set("line", strconv.Itoa(b.Panel.Number))
		anchor = "#L" + strconv.Itoa(b.Panel.Number)
	}
	if !b.All {
		values.Set("all", "1")
	}
	return "?" + values.Encode() + anchor
}

// neighbours finds the lines to go to by n and p: the first lines of what did not
// run.
func (b *codeBody) neighbours(at int) {
	last := -1 // the last line that did not run
	for i := range b.File.Lines {
		l := &b.File.Lines[i]
		if l.State == report.Covered {
			continue
		}
		begins := l.Number != last+1
		last = l.Number
		switch {
		case !begins:
		case l.Number < at:
			b.PrevLine = b.link(l.Number)
		case l.Number > at && b.NextLine == "":
			b.NextLine = b.link(l.Number)
		}
	}
}

// sections lays out the text. Without a text these are the changed lines alone.
func (b *codeBody) sections(at int) {
	code := func(line reportpage.Line, changed *review.Line) codeLine {
		if changed != nil {
			line.State = changed.State
		}
		return codeLine{Line: line, Changed: changed, Link: b.link(line.Number), At: line.Number == at}
	}
	if b.File.Text == nil {
		var s codeSection
		for i := range b.File.Lines {
			l := &b.File.Lines[i]
			s.Lines = append(s.Lines, code(reportpage.Line{Number: l.Number}, l))
		}
		b.Sections = []codeSection{s}
		return
	}
	lines := reportpage.Lines(b.File.Text, nil)
	changed := b.File.Lines
	shown := 0
	flush := func(from, to int) {
		if from > shown {
			b.Sections = append(b.Sections, codeSection{Folded: from - shown, From: shown + 1})
		}
		var s codeSection
		for n := from; n < to; n++ {
			var l *review.Line
			for len(changed) > 0 && changed[0].Number < n+1 {
				changed = changed[1:]
			}
			if len(changed) > 0 && changed[0].Number == n+1 {
				l = &changed[0]
			}
			s.Lines = append(s.Lines, code(lines[n], l))
		}
		if len(s.Lines) > 0 {
			b.Sections = append(b.Sections, s)
		}
		shown = to
	}
	if b.All {
		flush(0, len(lines))
		return
	}
	for _, span := range spansOf(b.File.Lines, at, len(lines)) {
		flush(span[0], span[1])
	}
	if shown < len(lines) {
		b.Sections = append(b.Sections, codeSection{Folded: len(lines) - shown, From: shown + 1})
	}
}

// spansOf returns the lines to show, as offsets from and to: those near a changed
// line, and near the chosen one.
func spansOf(changed []review.Line, at, last int) (spans [][2]int) {
	add := func(number int) {
		from, to := max(number-1-around, 0), min(number+around, last)
		if from >= to {
			return
		}
		if n := len(spans); n > 0 && from <= spans[n-1][1] {
			spans[n-1][1] = max(spans[n-1][1], to)
			return
		}
		spans = append(spans, [2]int{from, to})
	}
	placed := at < 1
	for i := range changed {
		if !placed && at < changed[i].Number {
			add(at)
			placed = true
		}
		add(changed[i].Number)
	}
	if !placed {
		add(at)
	}
	return spans
}

// pods finds the pods that ran the point of the line which ran in the fewest.
func (p *panel) pods(v *review.Review) {
	var fewest *review.Point
	for _, list := range [][]*review.Point{p.Points, p.Branches} {
		for _, point := range list {
			if fewest == nil || point.Ran < fewest.Ran {
				fewest = point
			}
		}
	}
	if fewest == nil {
		return
	}
	for _, point := range slices.Concat(p.Points, p.Branches) {
		for _, run := range v.Judged.TestsOf(point.StableID) {
			if !slices.Contains(p.Tests, run) && len(p.Tests) < podsInPanel {
				p.Tests = append(p.Tests, run)
			}
		}
	}
	p.Ran, p.Missing = v.PodsOf(fewest)
	p.Pods = len(p.Ran) + len(p.Missing)
	p.Ran, p.Missing = p.Ran[:min(len(p.Ran), podsInPanel)], p.Missing[:min(len(p.Missing), podsInPanel)]
}
