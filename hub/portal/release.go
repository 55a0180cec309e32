package portal

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/internal/coverage"
)

// releaseBody is a release at a glance.
type releaseBody struct {
	subject
	Coverage *fleet.Coverage
	Total    int // points
	Ran      int // points that all instances with them ran
	Some     int // points that only some of these ran
	Never    int
	Last     lastHit
	Rollout  *chart
	History  *chart
	Rows     []fleet.CoverRow
	Points   pointList
	Verdict  *verdictBody
	Judged   *judge.Release
}

// lastHit is the point with the most recent first hit.
type lastHit struct {
	fleet.FirstHit
	Point *coverage.Point
}

// pointList is a part of the points.
type pointList struct {
	Show    string // never, some, ran, all
	Query   string
	Points  []coverage.Point
	Matches int
	From    int // the first one shown, counted from 1
	To      int // the last one
	Before  string
	Next    string
}

// pointsAtOnce is how many points a page shows.
const pointsAtOnce = 200

func (h *Handler) release(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	b := releaseBody{subject: s}
	if b.Coverage, err = h.fleet.Coverage(r.Context(), s.Release.ID); err != nil {
		return err
	}
	b.count()
	if b.Judged, err = h.judge.Judged(r.Context(), s.Release.ID, b.Coverage); err != nil {
		return err
	}
	if b.Verdict, err = verdictOf(b.Judged); err != nil {
		return err
	}
	if b.Rows, err = h.fleet.Covers(r.Context(), s.Release.ID, 0, 500); err != nil {
		return err
	}
	b.History = historyChart(b.Rows)
	b.Rows = b.Rows[:min(len(b.Rows), mostRows)]
	if err := h.rollout(r, &b); err != nil {
		return err
	}
	b.Points = b.pick(r)
	return h.show(w, http.StatusOK, "release.html", page{Title: s.title(""), Tab: "overview", Notice: notice(r), Body: &b})
}

// count adds up the points.
func (b *releaseBody) count() {
	if b.Coverage.Release == nil {
		return
	}
	for i := range b.Coverage.Points {
		p := &b.Coverage.Points[i]
		b.Total++
		switch {
		case p.Ran == 0:
			b.Never++
		case p.Ran < p.Of:
			b.Some++
		default:
			b.Ran++
		}
		if hit, ok := b.Coverage.Hits[p.StableID]; ok && hit.At.After(b.Last.At) {
			b.Last = lastHit{hit, p}
		}
	}
}

// rollout draws the release together with the one before it.
func (h *Handler) rollout(r *http.Request, b *releaseBody) error {
	releases, err := h.fleet.Releases(r.Context(), b.Service.ID)
	if err != nil {
		return err
	}
	if len(releases) > 0 && releases[0].ID != b.Release.ID {
		b.Newer = releases[0].ID
	}
	var before *fleet.Release
	var covered *fleet.Coverage
	for i := range releases { // the newest comes first
		if releases[i].FirstSeen.Before(b.Release.FirstSeen) && releases[i].ID != b.Release.ID && releases[i].Summary.Points > 0 {
			before = &releases[i].Release
			if covered, err = h.fleet.Coverage(r.Context(), before.ID); err != nil {
				return err
			}
			break
		}
	}
	b.Rollout = rolloutChart(&b.Release.Release, b.Coverage, before, covered)
	return nil
}

// pick chooses the points to show by the request: which states, a text that they
// contain, and the first one.
func (b *releaseBody) pick(r *http.Request) pointList {
	l := pointList{Show: r.FormValue("show"), Query: strings.TrimSpace(r.FormValue("q"))}
	if !slices.Contains([]string{"never", "some", "ran", "all"}, l.Show) {
		l.Show = "never"
		if b.Never == 0 {
			l.Show = "all"
		}
	}
	if b.Coverage.Release == nil {
		return l
	}
	for _, p := range b.Coverage.Points {
		state := "ran"
		if p.Ran == 0 {
			state = "never"
		} else if p.Ran < p.Of {
			state = "some"
		}
		if (l.Show == "all" || l.Show == state) && holds(l.Query, p.Func, p.File, p.Kind) {
			l.Points = append(l.Points, p)
		}
	}
	slices.SortStableFunc(l.Points, func(a, b coverage.Point) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	l.Matches = len(l.Points)
	from, _ := strconv.Atoi(r.FormValue("from"))
	from = max(1, min(from, l.Matches))
	l.From = from
	to := min(from-1+pointsAtOnce, l.Matches)
	l.To = to
	link := func(from int) string {
		return "?" + url.Values{"show": {l.Show}, "q": {l.Query}, "from": {strconv.Itoa(from)}}.Encode() + "#points"
	}
	if to < l.Matches {
		l.Next = link(to + 1)
	}
	if from > 1 {
		l.Before = link(max(1, from-pointsAtOnce))
	}
	if l.Matches > 0 {
		l.Points = l.Points[from-1 : to]
	}
	return l
}

// holds reports whether one of the texts contains the query, ignoring case.
func holds(query string, texts ...string) bool {
	if query == "" {
		return true
	}
	query = strings.ToLower(query)
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(text), query) })
}

// instancesBody is a release's processes and binaries.
type instancesBody struct {
	subject
	Instances []fleet.Instance
	Builds    []fleet.Build
	All       int
}

// instancesAtOnce is how many instances a page shows.
const instancesAtOnce = 500

func (h *Handler) instances(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	b := instancesBody{subject: s}
	if b.Instances, err = h.fleet.Instances(r.Context(), s.Release.ID); err != nil {
		return err
	}
	if b.Builds, err = h.fleet.Builds(r.Context(), s.Release.ID); err != nil {
		return err
	}
	order := []fleet.InstanceState{fleet.Live, fleet.Unreachable, fleet.Ended, fleet.Gone}
	slices.SortStableFunc(b.Instances, func(x, y fleet.Instance) int {
		return cmp.Or(cmp.Compare(slices.Index(order, x.State), slices.Index(order, y.State)), y.Seen.Compare(x.Seen))
	})
	b.All = len(b.Instances)
	b.Instances = b.Instances[:min(b.All, instancesAtOnce)]
	return h.show(w, http.StatusOK, "instances.html", page{Title: s.title("Instances"), Tab: "instances", Body: &b})
}

// refreshWait is how long a page waits for instances to send their counts.
const refreshWait = 2 * time.Second

// notices say what a form has done. The keys are words in the page's address.
var notices = map[string]string{
	"measured":  "Measured just now.",
	"cached":    "Nothing was asked: it was measured a short while ago. “Force refresh” asks now.",
	"asked":     "The instances are asked for what they have. They answer with their next word, within half a minute; this page then shows it.",
	"nothing":   "No instance has sent coverage counters: there is nothing to measure.",
	"cleared":   "Counts begin anew from now on. Nothing was erased: “Undo” brings them back.",
	"excused":   "The point is excused. It counts apart, and not as covered.",
	"withdrawn": "The excuse is withdrawn. The point counts again.",
	"undone":    "The counts from before are back.",
}

func notice(r *http.Request) string { return notices[r.FormValue("done")] }
