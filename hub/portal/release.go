package portal

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/review"
)

// releaseBody is a release at a glance.
type releaseBody struct {
	subject
	View    *review.Review
	Verdict review.Verdict
	Gate    *verdictBody // nil without points
	Rollout *chart
	History *chart
	Rows    []fleet.CoverRow
	Hits    *timeline
	Tiles   *treemap
	Pods    *matrix
	Recent  int // first hits of the last ten minutes
	picked
}

// Alone is the pod with the most points that no other pod ran; nil if there is none.
func (b *releaseBody) Alone() (most *review.Pod) {
	for i := range b.View.Pods {
		if p := &b.View.Pods[i]; p.Alone > 0 && p.Instance != "" && (most == nil || p.Alone > most.Alone) {
			most = p
		}
	}
	return most
}

// RuleNotes say which rules are not used, and why. What else a verdict notes is on
// the page anyway.
func (b *verdictBody) RuleNotes() (notes []string) {
	for _, note := range b.Notes {
		if strings.HasPrefix(note, "The rules of ") {
			notes = append(notes, note)
		}
	}
	return notes
}

// recently is how long ago a first hit is news.
const recently = 10 * time.Minute

func (h *Handler) release(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	b := releaseBody{subject: s}
	if b.View, err = h.reviews.Get(r.Context(), s.Release.ID); err != nil {
		return err
	}
	b.Verdict = b.View.Verdict()
	if b.View.Judged != nil {
		judged := *b.View.Judged
		judged.Now = judged.Now.Add(time.Since(b.View.Made)) // rules ask how long nothing new has run
		if b.Gate, err = verdictOf(&judged); err != nil {
			return err
		}
	}
	if b.picked, err = pick(b.View, r.URL.Query()); err != nil {
		return err
	}
	if b.Rows, err = h.fleet.Covers(r.Context(), s.Release.ID, 0, 500); err != nil {
		return err
	}
	b.History = historyChart(b.Rows)
	b.Rows = b.Rows[:min(len(b.Rows), mostRows)]
	if err := h.rollout(r.Context(), &b); err != nil {
		return err
	}
	if b.View.Reading != "" {
		w.Header().Set("Refresh", "3")
	}
	return h.show(w, http.StatusOK, "release.html", page{Title: s.title(""), Tab: "overview", Notice: notice(r), Body: &b})
}

// rollout draws what has run since the rollout: the release together with the one
// before it, its first hits, what never ran, and its pods.
func (h *Handler) rollout(ctx context.Context, b *releaseBody) error {
	releases, err := h.fleet.Releases(ctx, b.Service.ID)
	if err != nil {
		return err
	}
	if len(releases) > 0 && releases[0].ID != b.Release.ID {
		b.Newer = releases[0].ID
	}
	if !b.View.Has() {
		return nil
	}
	var before *review.Review
	if i := slices.IndexFunc(releases, func(v fleet.ReleaseView) bool { // the newest comes first
		return v.FirstSeen.Before(b.Release.FirstSeen) && v.ID != b.Release.ID && v.Summary.Points > 0
	}); i >= 0 {
		if before, err = h.reviews.Get(ctx, releases[i].ID); err != nil {
			return err
		}
	}
	now := time.Now()
	for _, at := range b.View.Hits() {
		if now.Sub(at) < recently {
			b.Recent++
		}
	}
	b.Rollout = rolloutChart(b.View, before, now)
	b.Hits = timelineOf(b.View, now)
	b.Tiles = treemapOf(b.View)
	b.Pods = matrixOf(b.View)
	return nil
}

// picked is a part of the points, chosen by the address.
type picked struct {
	Filter  review.Filter
	By      string // how the groups are made
	Groups  []review.Group
	Points  []*review.Point // on this page
	Within  review.Totals   // of what the filter wants, whatever its state
	Matches int
	From    int // the first one shown, counted from 1
	To      int // the last one
	all     int // groups
}

// Bounds of lists on a page. /api/v1 has them whole.
const (
	pointsAtOnce = 200
	groupsAtOnce = 100
)

// pick chooses the points to show. Without a state in the address these are the ones
// that never ran, or all if everything has run.
func pick(v *review.Review, values url.Values) (p picked, err error) {
	if p.Filter, err = review.ReadFilter(values); err != nil {
		return p, err
	}
	if values.Get("state") == "" && values.Get("show") == "" && v.Totals.Never > 0 {
		p.Filter.State = "never"
	}
	if p.By = values.Get("by"); !slices.Contains(review.Groupings(), p.By) {
		p.By = "package"
		if v.Owned {
			p.By = "owner"
		}
	}
	anyState := p.Filter
	anyState.State = ""
	within := v.Select(anyState)
	p.Within = review.TotalsOf(within)
	p.Groups = review.GroupBy(p.By, within)
	p.all = len(p.Groups)
	p.Groups = p.Groups[:min(p.all, groupsAtOnce)]
	points := within
	if p.Filter.State != "" {
		points = v.Select(p.Filter)
	}
	p.Matches = len(points)
	from, _ := strconv.Atoi(values.Get("from"))
	p.From = max(1, min(from, p.Matches))
	p.To = min(p.From-1+pointsAtOnce, p.Matches)
	if p.Matches > 0 {
		p.Points = points[p.From-1 : p.To]
	}
	return p, nil
}

// MoreGroups is how many groups are not shown.
func (p *picked) MoreGroups() int { return p.all - len(p.Groups) }

// Link is the address of this page with other choices: names and values in turn. ""
// takes a choice back.
func (p *picked) Link(pairs ...string) string { return p.LinkTo(pairs) }

// LinkTo is Link for a list.
func (p *picked) LinkTo(pairs []string) string {
	values := p.Filter.Values()
	values.Set("by", p.By)
	if p.Filter.State == "" {
		values.Set("state", "all")
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if values.Del(pairs[i]); pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	return "?" + values.Encode()
}

// GroupLink is the address of a group's points: those that never ran, if there are
// any.
func (p *picked) GroupLink(g *review.Group) string {
	state := "all"
	if g.Never > 0 {
		state = "never"
	}
	if p.By == "kind" {
		return p.Link("state", state, "kind", g.Key, "error", g.Error) + "#points"
	}
	return p.Link("state", state, p.By, g.Key) + "#points"
}

// Chosen are the filter's values but for the state, each with the address without
// it.
func (p *picked) Chosen() (list []struct{ Name, Value, Without string }) {
	for name, values := range p.Filter.Values() {
		if name != "state" {
			list = append(list, struct{ Name, Value, Without string }{name, review.Short(values[0]), p.Link(name, "") + "#points"})
		}
	}
	slices.SortFunc(list, func(a, b struct{ Name, Value, Without string }) int {
		return slices.Compare([]string{a.Name}, []string{b.Name})
	})
	return list
}

// Fields are the filter's values for a form that changes the text alone.
func (p *picked) Fields() map[string]string {
	fields := map[string]string{"by": p.By, "state": p.Filter.State}
	if p.Filter.State == "" {
		fields["state"] = "all"
	}
	for name, values := range p.Filter.Values() {
		if name != "q" && name != "state" {
			fields[name] = values[0]
		}
	}
	return fields
}

// Before and Next are the addresses of the pages around this one, "" for none.
func (p *picked) Before() string {
	if p.From <= 1 {
		return ""
	}
	return p.Link("from", strconv.Itoa(max(1, p.From-pointsAtOnce))) + "#points"
}

// Next is described with Before.
func (p *picked) Next() string {
	if p.To >= p.Matches {
		return ""
	}
	return p.Link("from", strconv.Itoa(p.To+1)) + "#points"
}

// Groupings are the ways to group points.
func (p *picked) Groupings() []string { return review.Groupings() }
