package portal

import (
	"net/http"
	"net/url"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
)

// pointBody is one point of a release, with its excuse and the form for it.
type pointBody struct {
	subject
	Point    *report.Point
	Hit      *fleet.FirstHit // nil if it never ran
	Ran      []*coverage.Process
	Missing  []*coverage.Process
	Tests    []*fleet.TestRun
	Excuse   *fleet.Excuse // of the hub; nil for none
	History  []excuseRow
	Notes    []string
	Name     string // of the reader's token
	Earliest string // the first day that the form takes
}

// excuseRow is a change of an excuse.
type excuseRow struct {
	fleet.Excuse
	State string
}

// mostProcesses is how many processes a point's page names.
const mostProcesses = 200

func (h *Handler) point(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	judged, err := h.judge.Release(r.Context(), s.Release.ID)
	if err != nil {
		return err
	}
	id := r.PathValue("point")
	p := judged.Point(id)
	if p == nil {
		return fleet.Errorf(fleet.NotFound, "the release has no point with the stable id %.40q", id)
	}
	b := pointBody{
		subject: s, Point: p, Tests: judged.TestsOf(id), Excuse: judged.Excuses[id], Notes: judged.Notes,
		Name: auth.From(r.Context()).Name, Earliest: judged.Now.UTC().Format(time.DateOnly),
	}
	if hit, ok := judged.Coverage.Hits[id]; ok {
		b.Hit = &hit
	}
	b.Ran, b.Missing = judged.RanIn(p.Index), judged.Release.Release.Missing(p.Index)
	b.Ran, b.Missing = b.Ran[:min(len(b.Ran), mostProcesses)], b.Missing[:min(len(b.Missing), mostProcesses)]
	if b.History, err = h.excuseRows(r, s.Service.ID, id); err != nil {
		return err
	}
	return h.show(w, http.StatusOK, "point.html", page{Title: s.title(p.Place()), Tab: "overview", Notice: notice(r), Body: &b})
}

// excuseRows lists the changes of a service's excuses, the newest first, of one point
// or, for "", of all.
func (h *Handler) excuseRows(r *http.Request, service, id string) ([]excuseRow, error) {
	current, all, err := h.fleet.Excuses(r.Context(), service)
	if err != nil {
		return nil, err
	}
	now, err := h.fleet.Now(r.Context())
	if err != nil {
		return nil, err
	}
	var rows []excuseRow
	for i := range all {
		if e := &all[i]; id == "" || e.StableID == id {
			rows = append(rows, excuseRow{*e, e.State(current[e.StableID], now)})
		}
	}
	return rows, nil
}

// excuse excuses a point, and goes back to its page.
func (h *Handler) excuse(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	id := r.PathValue("point")
	e := fleet.Excuse{Service: s.Service.ID, StableID: id, Reason: r.PostFormValue("reason"), Person: r.PostFormValue("person"), By: auth.From(r.Context()).Name}
	if e.Until, err = time.Parse(time.DateOnly, r.PostFormValue("until")); err != nil {
		return fleet.Errorf(fleet.Invalid, "the last day is %.40q; write it as 2027-03-01", r.PostFormValue("until"))
	}
	if _, err := h.fleet.ExcusePoint(r.Context(), e); err != nil {
		return err
	}
	return backToPoint(w, r, s.Release.ID, id, "excused")
}

// withdraw takes the excuse of a point back.
func (h *Handler) withdraw(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	id := r.PathValue("point")
	if _, err := h.fleet.WithdrawExcuse(r.Context(), s.Service.ID, id, auth.From(r.Context()).Name); err != nil {
		return err
	}
	return backToPoint(w, r, s.Release.ID, id, "withdrawn")
}

func backToPoint(w http.ResponseWriter, r *http.Request, release, point, done string) error {
	http.Redirect(w, r, "/releases/"+url.PathEscape(release)+"/points/"+url.PathEscape(point)+"?done="+done, http.StatusSeeOther)
	return nil
}

// excusesBody is what a service's code need not have run.
type excusesBody struct {
	fleet.Service
	Current []excuseRow // that count, or whose day is over
	All     []excuseRow
	Newest  string // the id of the newest release; "" for none
}

func (h *Handler) excuses(w http.ResponseWriter, r *http.Request) error {
	s, err := h.fleet.Service(r.Context(), r.PathValue("service"))
	if err != nil {
		return err
	}
	if !auth.From(r.Context()).Sees(s.Labels) {
		return fleet.Errorf(fleet.NotFound, "no service has the id %.80q", s.ID)
	}
	b := excusesBody{Service: s}
	if b.All, err = h.excuseRows(r, s.ID, ""); err != nil {
		return err
	}
	for _, row := range b.All {
		if row.State == "in-force" || row.State == "expired" {
			b.Current = append(b.Current, row)
		}
	}
	releases, err := h.fleet.Releases(r.Context(), s.ID)
	if err != nil {
		return err
	}
	if len(releases) > 0 {
		b.Newest = releases[0].ID
	}
	return h.show(w, http.StatusOK, "excuses.html", page{Title: "Excuses · " + s.App, Body: &b})
}

// verdictBody is the gate's verdict as a page shows it.
type verdictBody struct {
	judge.Verdict
	Sentence string
	Notes    []string
}

// verdictOf judges a release by its own rules.
func verdictOf(r *judge.Release) (*verdictBody, error) {
	v, err := r.Verdict(judge.Wanted{})
	if err != nil {
		return nil, err
	}
	b := &verdictBody{Verdict: v, Notes: r.Notes}
	b.Sentence = map[string]string{"passed": "The gate passes: ", "failed": "The gate fails: ", "unknown": "The gate cannot say: "}[v.Decision.Verdict.String()] + v.Why + "."
	return b, nil
}
