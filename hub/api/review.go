package api

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/review"
	"github.com/goat-trace/goat/hub/store/source"
	"github.com/goat-trace/goat/hub/wire"
)

// totals are numbers of points.
type totals struct {
	Points     int `json:"points"`
	All        int `json:"all"`        // ran in all instances that have them
	Some       int `json:"some"`       // ran in some of these only
	Never      int `json:"never"`      // and should have
	Excused    int `json:"excused"`    // never, and need not
	ErrorPaths int `json:"errorPaths"` // of never
}

func totalsOf(t *review.Totals) totals {
	return totals{t.Points, t.Ran, t.Some, t.Never, t.Excused, t.ErrorPaths}
}

// commit is what a commit says of itself.
type commit struct {
	ID      string    `json:"id"`
	Subject string    `json:"subject"`
	Author  string    `json:"author"`
	At      time.Time `json:"at"`
}

func commitOf(c *source.CommitInfo) *commit {
	if c == nil {
		return nil
	}
	return &commit{c.ID, c.Subject, c.Author, c.At}
}

// group is points that have something in common.
type group struct {
	Key    string  `json:"key"`
	Label  string  `json:"label"`
	Commit *commit `json:"commit,omitempty"`
	totals
}

// pod is an instance and what it ran.
type pod struct {
	Instance string              `json:"instance"` // "" for those that are no longer kept
	Name     string              `json:"name"`
	State    fleet.InstanceState `json:"state"`
	Points   int                 `json:"points"`
	Ran      int                 `json:"ran"`
	Alone    int                 `json:"alone"` // points that no other instance ran
}

// headline is a release in a sentence.
type headline struct {
	Good   string `json:"good"` // yes, no, unknown
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// step is a part of the time since the rollout.
type step struct {
	From time.Time `json:"from"`
	Hits int       `json:"hits"`
	Sum  int       `json:"sum"`
}

// known says what a review's numbers are of.
type known struct {
	Base       string   `json:"base"`
	BaseCommit string   `json:"baseCommit"`
	Notes      []string `json:"notes"`
	NoSource   string   `json:"noSource"` // why there are no owners, commits and error paths
	Reading    string   `json:"reading"`  // how far reading the source is; "" if it is done
	Stale      bool     `json:"stale"`    // something has run since
}

func knownOf(v *review.Review) known {
	return known{v.Base, v.BaseCommit, append([]string{}, v.Notes...), v.NoSource, v.Reading, v.Stale}
}

// summary is a release at a glance.
type summary struct {
	Verdict headline `json:"verdict"`
	totals
	known
	Rollout  time.Time  `json:"rollout"`
	LastHit  *time.Time `json:"lastHit"`
	By       string     `json:"by"`
	Groups   []group    `json:"groups"`
	Pods     []pod      `json:"pods"`
	Timeline []step     `json:"timeline"`
}

// steps is how many parts the time line has.
const steps = 60

// summary answers with a release at a glance: as JSON, or as Markdown.
func (h *Handler) summary(w http.ResponseWriter, r *http.Request) error {
	v, err := h.review(r)
	if err != nil {
		return err
	}
	switch format := r.FormValue("format"); format {
	case "markdown":
		w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, err := io.WriteString(w, v.Markdown(pageAddress(r, v.Release.ID))) //nolint:gosec // plain text, and said to be
		return err
	case "", "json":
	default:
		return fleet.Errorf(fleet.Invalid, "format is %.40q; it can be json or markdown", format)
	}
	by := r.FormValue("by")
	if by == "" {
		by = "package"
	}
	if !slices.Contains(review.Groupings(), by) {
		return fleet.Errorf(fleet.Invalid, "by is %.40q; it can be %v", by, review.Groupings())
	}
	filter, err := review.ReadFilter(r.URL.Query())
	if err != nil {
		return err
	}
	judged := v.Verdict()
	s := summary{
		Verdict: headline{judged.Good, judged.Title, judged.Detail}, totals: totalsOf(&v.Totals), known: knownOf(v), Rollout: v.Rollout(), By: by,
		Groups: []group{}, Pods: []pod{}, Timeline: []step{},
	}
	for _, g := range review.GroupBy(by, v.Select(filter)) {
		s.Groups = append(s.Groups, group{g.Key, g.Label, commitOf(g.Commit), totalsOf(&g.Totals)})
	}
	for i := range v.Pods {
		p := &v.Pods[i]
		s.Pods = append(s.Pods, pod{p.Instance, p.Name, p.State, p.Points, p.Ran, p.Alone})
	}
	if last := v.LastHit(); last != nil {
		s.LastHit = &last.First
		for _, part := range v.Steps(time.Now(), steps) {
			s.Timeline = append(s.Timeline, step{part.From, part.Hits, part.Sum})
		}
	}
	return wire.WriteJSON(w, s)
}

// pageAddress is where people find a release, as whoever asks calls this hub.
func pageAddress(r *http.Request, release string) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: r.Host, Path: "/releases/" + release}).String()
}

// review is the review of the release that the path names, if the sender may see it.
func (h *Handler) review(r *http.Request) (*review.Review, error) {
	v, err := h.visibleRelease(r)
	if err != nil {
		return nil, err
	}
	return h.reviews.Get(r.Context(), v.ID)
}

// reviewedOf is a point with what git knows of it.
func reviewedOf(p *review.Point) point {
	shown := point{
		StableID: p.StableID, Package: p.Package, Module: p.Module, ModuleVersion: p.ModuleVersion, File: p.File,
		Line: p.Line, EndLine: p.EndLine, Lines: p.Lines, Func: p.Func, Kind: p.Kind,
		State: p.State.String(), Ran: p.Ran, Of: p.Of, FirstInstance: p.FirstIn, Route: p.Route,
		Path: p.Path, Owners: p.Owners, Commit: commitOf(p.Commit), ErrorPath: p.ErrorPath,
	}
	if !p.First.IsZero() {
		shown.FirstHit = &p.First
	}
	return shown
}

// narrow keeps the points that a filter wants, and adds what git knows of them.
func (p points) narrow(v *review.Review, filter review.Filter) points {
	wanted := map[string]*review.Point{}
	for _, point := range v.Select(filter) {
		wanted[point.StableID] = point
	}
	kept := []point{}
	for _, shown := range p.Points {
		known := wanted[shown.StableID]
		if known != nil {
			shown.Path, shown.Commit = known.Path, commitOf(known.Commit)
		}
		if known != nil || filter == (review.Filter{}) {
			kept = append(kept, shown)
		}
	}
	p.Points = kept
	return p
}

// line is a changed line of a file.
type line struct {
	Line     int        `json:"line"`
	State    string     `json:"state"` // covered, partial, missed
	Ran      int        `json:"ran"`
	Of       int        `json:"of"`
	FirstHit *time.Time `json:"firstHit"`
	Points   []string   `json:"points"`   // stable ids of those that vouch for the line
	Branches []string   `json:"branches"` // of those that begin there
	Commit   *commit    `json:"commit"`
}

// lines answers with the changed lines of a file, as the source page shows them.
func (h *Handler) lines(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	f, err := h.reviews.File(r.Context(), v.ID, r.FormValue("file"))
	if err != nil {
		return err
	}
	answer := struct {
		File   string   `json:"file"`
		Path   string   `json:"path"`
		Owners []string `json:"owners"`
		NoText string   `json:"noText"` // why there is no source text
		Totals totals   `json:"totals"`
		known
		Lines  []line  `json:"lines"`
		Cut    bool    `json:"cut"` // there are more lines
		Points []point `json:"points"`
	}{f.Name, f.Path, append([]string{}, f.Owners...), f.NoText, totalsOf(&f.Totals), knownOf(f.Review), []line{}, f.Cut, []point{}}
	ids := func(points []*review.Point) []string {
		list := []string{}
		for _, p := range points {
			list = append(list, p.StableID)
		}
		return list
	}
	for i := range f.Lines {
		l := &f.Lines[i]
		shown := line{l.Number, string(l.State), l.Ran, l.Of, nil, ids(l.Points), ids(l.Branches), commitOf(f.Commit(l.Number))}
		if !l.First.IsZero() {
			shown.FirstHit = &l.First
		}
		answer.Lines = append(answer.Lines, shown)
	}
	for _, p := range f.Points {
		answer.Points = append(answer.Points, reviewedOf(p))
	}
	return wire.WriteJSON(w, answer)
}

// pair is the same code in two releases.
type pair struct {
	This  point `json:"this"`
	Other point `json:"other"`
}

// compare answers with a release beside another one.
func (h *Handler) compare(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	c, err := h.reviews.Compare(r.Context(), v.ID, r.FormValue("with"), auth.From(r.Context()).Sees)
	if err != nil {
		return err
	}
	pairs := func(list []review.Pair) []pair {
		shown := make([]pair, 0, len(list))
		for _, p := range list {
			shown = append(shown, pair{reviewedOf(p.This), reviewedOf(p.Other)})
		}
		return shown
	}
	points := func(list []*review.Point) []point {
		shown := make([]point, 0, len(list))
		for _, p := range list {
			shown = append(shown, reviewedOf(p))
		}
		return shown
	}
	return wire.WriteJSON(w, map[string]any{
		"this": c.This.Release.ID, "other": c.Other.Release.ID, "notes": append([]string{}, c.Notes...),
		"thisKnown": knownOf(c.This), "otherKnown": knownOf(c.Other), "thisTotals": totalsOf(&c.This.Totals), "otherTotals": totalsOf(&c.Other.Totals),
		"same": c.Same(), "bothRan": c.BothRan, "neither": c.Neither, "shifted": c.Shifted,
		"lost": pairs(c.Lost), "gained": pairs(c.Gained), "moved": pairs(c.Moved),
		"new": points(c.New), "newTotals": totalsOf(&c.NewTotals), "gone": points(c.Gone), "goneTotals": totalsOf(&c.GoneTotals),
	})
}
