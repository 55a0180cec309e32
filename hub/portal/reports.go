package portal

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	reportpage "github.com/goat-trace/goat/hub/report/page"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/wire"
)

// reportBody is a report as its page shows it.
type reportBody struct {
	subject
	*reports.Result
	Service   fleet.Service // the subject's
	Release   fleet.ReleaseView
	Query     string // what the user searched for in it
	Functions []functionRow
	All       int // number of functions without the search
	Files     []fileRow
	Row       string // the row of the history, for addresses; "" for none
	Again     string // the address that makes the report again
}

type functionRow struct {
	File string
	report.Func
	Missed uint64
}

type fileRow struct {
	report.File
	Missed uint64
}

// reportWait is how long a page waits for a report before it shows the progress.
const reportWait = 3 * time.Second

// mostFunctions is how many functions a page shows; users find the rest with a
// search.
const mostFunctions = 2000

// report makes the report that a page shows. If that takes longer, it shows the
// progress and returns nil.
func (h *Handler) report(w http.ResponseWriter, r *http.Request, tab string, kind reports.Kind) (*reportBody, error) {
	s, err := h.subject(r)
	if err != nil {
		return nil, err
	}
	ask := reports.Ask{Release: s.Release.ID, Kind: kind}
	if text := r.FormValue("row"); text != "" {
		if ask.Row, err = strconv.ParseInt(text, 10, 64); err != nil || ask.Row < 1 {
			return nil, fleet.Errorf(fleet.Invalid, "row is %.40q; it is the number of a row of the release's history", text)
		}
	}
	if kind == reports.Changes {
		if ask.Base = strings.TrimSpace(r.FormValue("base")); len(ask.Base) > fleet.MaxName {
			return nil, fleet.Errorf(fleet.Invalid, "base has %d bytes; name a commit, a branch or a tag", len(ask.Base))
		}
	}
	query := r.URL.Query()
	force := query.Get("force") != ""
	query.Del("force")
	result, progress, err := h.reports.Get(r.Context(), ask, force, reportWait)
	if e := (*fleet.Error)(nil); errors.As(err, &e) {
		return nil, h.noReport(w, &s, ask, tab, e)
	}
	if err != nil {
		return nil, err
	}
	address := r.URL.Path + "?" + query.Encode()
	if result == nil {
		w.Header().Set("Refresh", "1; url="+address)
		return nil, h.show(w, http.StatusAccepted, "progress.html", page{Title: s.title("Report"), Tab: tab, Body: struct {
			subject
			*reports.Progress
		}{s, progress}})
	}
	query.Set("force", "1")
	b := &reportBody{subject: s, Service: s.Service, Release: s.Release, Result: result, Query: strings.TrimSpace(r.FormValue("q")), Again: r.URL.Path + "?" + query.Encode()}
	if ask.Row != 0 {
		b.Row = strconv.FormatInt(ask.Row, 10)
	}
	return b, nil
}

// noReport says on the release's page why there is no report, and what to do.
func (h *Handler) noReport(w http.ResponseWriter, s *subject, ask reports.Ask, tab string, e *fleet.Error) error {
	p := wire.ProblemOf(e)
	body := struct {
		*subject
		Ask    reports.Ask
		Detail string
	}{s, ask, p.Detail}
	return h.show(w, p.Status, "noreport.html", page{Title: s.title("No report"), Tab: tab, Body: body})
}

// functions is the func report, sorted so that what ran least comes first.
func (h *Handler) functions(w http.ResponseWriter, r *http.Request) error {
	b, err := h.report(w, r, "functions", reports.Full)
	if b == nil {
		return err
	}
	for i := range b.Full.Files {
		f := &b.Full.Files[i]
		for _, fn := range f.Funcs {
			b.All++
			if holds(b.Query, fn.FullName, f.Name) {
				b.Functions = append(b.Functions, functionRow{f.Name, fn, fn.Statements - fn.Covered})
			}
		}
	}
	if r.FormValue("order") == "missed" {
		slices.SortStableFunc(b.Functions, func(x, y functionRow) int { return int(y.Missed) - int(x.Missed) })
	}
	b.Functions = b.Functions[:min(len(b.Functions), mostFunctions)]
	return h.show(w, http.StatusOK, "functions.html", page{Title: b.title("Functions"), Tab: "functions", Body: b})
}

// files is the full report's list of files.
func (h *Handler) files(w http.ResponseWriter, r *http.Request) error {
	b, err := h.report(w, r, "files", reports.Full)
	if b == nil {
		return err
	}
	for _, f := range b.Full.Files {
		if holds(b.Query, f.Name) {
			b.Files = append(b.Files, fileRow{f, f.Total.Statements - f.Total.Covered})
		}
	}
	return h.show(w, http.StatusOK, "files.html", page{Title: b.title("Report"), Tab: "files", Body: b})
}

// sourceBody is a file and which of its lines ran.
type sourceBody struct {
	*reportBody
	File         *report.File
	Lines        []reportpage.Line
	Before, Next string // names of the previous and the next file
	At           int    // the line to show, 0 for none
}

// source is one file of the full report.
func (h *Handler) source(w http.ResponseWriter, r *http.Request) error {
	b, err := h.report(w, r, "files", reports.Full)
	if b == nil {
		return err
	}
	name := r.FormValue("file")
	i := slices.IndexFunc(b.Full.Files, func(f report.File) bool { return f.Name == name })
	if i < 0 {
		return fleet.Errorf(fleet.NotFound, "the report has no file %.200q", name)
	}
	s := sourceBody{reportBody: b, File: &b.Full.Files[i]}
	if i > 0 {
		s.Before = b.Full.Files[i-1].Name
	}
	if i+1 < len(b.Full.Files) {
		s.Next = b.Full.Files[i+1].Name
	}
	if s.File.Text != nil {
		s.Lines = reportpage.Lines(s.File.Text, s.File.Profile)
	}
	return h.show(w, http.StatusOK, "source.html", page{Title: b.title(name), Tab: "files", Body: s})
}

// changesBody is what changed since a base.
type changesBody struct {
	*reportBody
	Choices []fleet.ReleaseView // releases to compare with
	Files   []changedFile
}

type changedFile struct {
	*report.IncrementalFile
	Sections []section
}

// section is a run of lines, or of unchanged lines that are hidden.
type section struct {
	Folded int
	Lines  []changedLine
}

type changedLine struct {
	reportpage.Line
	Changed bool
}

// around is how many lines are shown before and after a changed one.
const around = 3

// changes is the incremental report.
func (h *Handler) changes(w http.ResponseWriter, r *http.Request) error {
	b, err := h.report(w, r, "changes", reports.Changes)
	if b == nil {
		return err
	}
	body := changesBody{reportBody: b}
	releases, err := h.fleet.Releases(r.Context(), b.Service.ID)
	if err != nil {
		return err
	}
	for i := range releases {
		if releases[i].Commit != "" && releases[i].ID != b.Release.ID && len(body.Choices) < 20 {
			body.Choices = append(body.Choices, releases[i])
		}
	}
	for i := range b.Changes.Files {
		f := &b.Changes.Files[i]
		body.Files = append(body.Files, changedFile{f, sectionsOf(f)})
	}
	return h.show(w, http.StatusOK, "changes.html", page{Title: b.title("Changes"), Tab: "changes", Body: body})
}

// sectionsOf returns the lines near changed ones.
func sectionsOf(f *report.IncrementalFile) (list []section) {
	if f.Text == nil {
		return nil
	}
	lines := reportpage.Lines(f.Text, nil)
	states := f.Lines
	shown := 0
	for _, interval := range f.Changed {
		from := min(max(interval[0]-1-around, shown), len(lines))
		to := min(interval[1]+around, len(lines))
		if from >= to {
			continue
		}
		if from > shown {
			list = append(list, section{Folded: from - shown})
		}
		var s section
		for n := from; n < to; n++ {
			for len(states) > 0 && states[0].Number < n+1 {
				states = states[1:]
			}
			l := changedLine{Line: lines[n], Changed: f.IsChanged(n + 1)}
			if len(states) > 0 && states[0].Number == n+1 {
				l.State, l.Count, l.Points = states[0].State, states[0].Count, states[0].Points
				if l.Points != nil {
					l.State = l.Points.State // the finer of the two states
				}
			}
			s.Lines = append(s.Lines, l)
		}
		list = append(list, s)
		shown = to
	}
	if rest := len(lines) - shown; rest > 0 {
		list = append(list, section{Folded: rest})
	}
	return list
}
