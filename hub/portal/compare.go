package portal

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/review"
)

// compareBody is a release beside another one.
type compareBody struct {
	subject
	*review.Comparison // nil until another one is chosen
	With               string
	Candidates         []review.Candidate
	NewGroups          []review.Group // new code by file
}

// pairsAtOnce is how many points each list of a comparison has. /api/v1 has all.
const pairsAtOnce = 200

// compare shows a release beside another one: of the same service, or of the same
// program in another environment.
func (h *Handler) compare(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	ctx, sees := r.Context(), auth.From(r.Context()).Sees
	b := compareBody{subject: s, With: strings.TrimSpace(r.FormValue("with"))}
	if b.Candidates, err = h.reviews.Candidates(ctx, &s.Service, &s.Release, sees); err != nil {
		return err
	}
	if b.With == "" {
		return h.show(w, http.StatusOK, "compare.html", page{Title: s.title("Compare"), Tab: "compare", Body: &b})
	}
	if b.Comparison, err = h.reviews.Compare(ctx, s.Release.ID, b.With, sees); err != nil {
		return err
	}
	b.NewGroups = review.GroupBy("file", b.New)
	b.NewGroups = b.NewGroups[:min(len(b.NewGroups), groupsAtOnce)]
	return h.show(w, http.StatusOK, "compare.html", page{Title: s.title("Compare"), Tab: "compare", Body: &b})
}

// First is the part of a list that the page shows.
func (b *compareBody) First(pairs []review.Pair) []review.Pair {
	return pairs[:min(len(pairs), pairsAtOnce)]
}

// FirstPoints is the same for points.
func (b *compareBody) FirstPoints(points []*review.Point) []*review.Point {
	return points[:min(len(points), pairsAtOnce)]
}

// Chosen reports whether a candidate is the other release.
func (b *compareBody) Chosen(c *review.Candidate) bool { return c.Release.ID == b.With }

// codeLink is the address of a point's line.
func codeLink(release string, p *review.Point) string {
	line := p.FirstLine()
	return "/releases/" + url.PathEscape(release) + "/code?" + url.Values{"file": {p.Name()}, "line": {strconv.Itoa(line)}}.Encode() + "#L" + strconv.Itoa(line)
}

// nameOf is a release as people know it among several services.
func nameOf(s *fleet.Service, v *fleet.ReleaseView) string {
	return s.Name() + " " + short(v.Revision)
}
