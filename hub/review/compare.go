package review

import (
	"cmp"
	"context"
	"slices"

	"github.com/goat-trace/goat/hub/fleet"
)

// Comparison is two releases, point by point. Points with the same stable id are
// the same code, wherever it stands.
type Comparison struct {
	This, Other *Review
	Lost        []Pair   // ran in Other, and did not in This
	Gained      []Pair   // ran in This, and did not in Other
	BothRan     int      // ran in both
	Neither     int      // ran in neither
	New         []*Point // of This alone
	NewTotals   Totals
	Gone        []*Point // of Other alone
	GoneTotals  Totals
	Moved       []Pair // in another file or function than in Other
	Shifted     int    // in the same function, at another line
	Notes       []string
}

// Pair is the same code in two releases.
type Pair struct{ This, Other *Point }

// Same is how many points are of code that both releases have.
func (c *Comparison) Same() int { return len(c.This.Points) - len(c.New) }

// Compare compares two releases. sees says which services the reader may see.
func (r *Reviews) Compare(ctx context.Context, release, other string, sees func(fleet.Labels) bool) (*Comparison, error) {
	if release == other {
		return nil, fleet.Errorf(fleet.Invalid, "a release is not compared with itself; name another one in with")
	}
	this, err := r.Get(ctx, release)
	if err != nil {
		return nil, err
	}
	v, err := r.fleet.Release(ctx, other)
	if err != nil {
		return nil, err
	}
	if s, err := r.fleet.Service(ctx, v.ServiceID); err != nil || !sees(s.Labels) {
		return nil, fleet.Errorf(fleet.NotFound, "no release has the id %.80q", other)
	}
	with, err := r.Get(ctx, other)
	if err != nil {
		return nil, err
	}
	return Compare(this, with), nil
}

// Compare compares two reviews.
func Compare(this, other *Review) *Comparison {
	c := &Comparison{This: this, Other: other}
	known := make(map[string]*Point, len(other.Points))
	for i := range other.Points {
		known[other.Points[i].StableID] = &other.Points[i]
	}
	for i := range this.Points {
		p := &this.Points[i]
		before := known[p.StableID]
		if before == nil {
			c.New = append(c.New, p)
			continue
		}
		delete(known, p.StableID)
		c.pair(Pair{p, before})
	}
	for i := range other.Points {
		if p := &other.Points[i]; known[p.StableID] != nil {
			c.Gone = append(c.Gone, p)
		}
	}
	c.NewTotals, c.GoneTotals = TotalsOf(c.New), TotalsOf(c.Gone)
	slices.SortStableFunc(c.New, func(a, b *Point) int { return cmp.Compare(a.State, b.State) })
	if this.Has() && other.Has() && cmp.Or(this.BaseCommit, this.Base) != cmp.Or(other.BaseCommit, other.Base) {
		c.Notes = append(c.Notes, "They were compared with other bases, "+base(this)+" and "+base(other)+". What only one of them has may be code that the other has too, and did not count as changed.")
	}
	return c
}

func base(v *Review) string {
	switch {
	case v.BaseCommit != "" && v.Base != "" && v.Base != v.BaseCommit:
		return v.Base + " (" + Short(v.BaseCommit) + ")"
	case v.BaseCommit != "":
		return Short(v.BaseCommit)
	}
	return cmp.Or(v.Base, "none")
}

func (c *Comparison) pair(pair Pair) {
	p, before := pair.This, pair.Other
	switch {
	case p.Ran > 0 && before.Ran > 0:
		c.BothRan++
	case p.Ran > 0:
		c.Gained = append(c.Gained, pair)
	case before.Ran > 0:
		c.Lost = append(c.Lost, pair)
	default:
		c.Neither++
	}
	switch {
	case p.Package != before.Package || p.File != before.File || p.Func != before.Func:
		c.Moved = append(c.Moved, pair)
	case p.Line != before.Line:
		c.Shifted++
	}
}

// Candidate is a release that another one can be compared with.
type Candidate struct {
	Service fleet.Service
	Release fleet.ReleaseView
	// Here says that it is of the same service.
	Here bool
}

// mostCandidates is how many releases of a service are offered.
const mostCandidates = 20

// Candidates lists the releases to compare with: those of the same service, the
// newest first, and of the same program elsewhere the one of the same commit, or
// else the newest. sees says which services the reader may see.
func (r *Reviews) Candidates(ctx context.Context, s *fleet.Service, release *fleet.ReleaseView, sees func(fleet.Labels) bool) ([]Candidate, error) {
	var list []Candidate
	releases, err := r.fleet.Releases(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	for i := range releases {
		if releases[i].ID != release.ID && len(list) < mostCandidates {
			list = append(list, Candidate{*s, releases[i], true})
		}
	}
	services, err := r.fleet.Services(ctx)
	if err != nil {
		return nil, err
	}
	elsewhere := 0
	for _, other := range services {
		if other.ID == s.ID || other.App != s.App || other.Main != s.Main || !sees(other.Labels) || elsewhere == mostCandidates {
			continue
		}
		releases, err := r.fleet.Releases(ctx, other.ID)
		if err != nil {
			return nil, err
		}
		if len(releases) == 0 {
			continue
		}
		at := max(0, slices.IndexFunc(releases, func(v fleet.ReleaseView) bool { return v.Revision == release.Revision }))
		list = append(list, Candidate{other, releases[at], false})
		elsewhere++
	}
	return list, nil
}
