package judge

import (
	"context"
	"log/slog"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
)

// Options are what a Judge needs. Fleet is required.
type Options struct {
	Fleet        *fleet.Fleet
	Repositories *reports.Repositories // nil for none
	// Rules are the rules of releases whose goat.yaml has none, as config.GateRules
	// reads them; none means that all changed code must have run.
	Rules []string
	// Patience is how long Release waits for the source. It is read on after that,
	// for the next call. 2 s.
	Patience time.Duration
	Log      *slog.Logger
}

// Judge judges releases.
type Judge struct {
	fleet   *fleet.Fleet
	rules   []string
	sources *sources
	tests   *tests
}

// New returns a Judge. Close ends what it does in the background.
func New(o Options) *Judge {
	if o.Repositories == nil {
		o.Repositories = &reports.Repositories{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Judge{fleet: o.Fleet, rules: o.Rules, sources: newSources(o.Repositories, o.Patience, o.Log), tests: newTests(o.Fleet)}
}

// Close ends what is being read, and waits for it.
func (j *Judge) Close() { j.sources.close() }

// Release is a release with what people decide by.
type Release struct {
	View     fleet.ReleaseView
	Service  fleet.Service
	Coverage *fleet.Coverage
	// Release has the points with their excuses, error paths, owners and tests, and
	// totals. It is nil until a manifest has arrived. Its Sides are nil if there are
	// no test runs.
	*report.Release
	Excuses map[string]*fleet.Excuse // those of the hub by stable id, also expired ones
	Tests   []fleet.TestRun          // that count in this release
	Notes   []string                 // sentences: what is not known, and why
	Now     time.Time                // of the hub's clock
	Reading bool                     // its source is still being read

	source   *source
	ran      map[string][]int32
	fallback []string // rules of the hub
}

// Release returns a release as it is now.
func (j *Judge) Release(ctx context.Context, id string) (*Release, error) {
	c, err := j.fleet.Coverage(ctx, id)
	if err != nil {
		return nil, err
	}
	return j.Judged(ctx, id, c)
}

// Judged is Release for callers who have the release's coverage already.
func (j *Judge) Judged(ctx context.Context, id string, c *fleet.Coverage) (*Release, error) {
	r := &Release{Coverage: c, fallback: j.rules}
	var err error
	if r.View, err = j.fleet.Release(ctx, id); err != nil {
		return nil, err
	}
	if r.Service, err = j.fleet.Service(ctx, r.View.ServiceID); err != nil {
		return nil, err
	}
	if r.Now, err = j.fleet.Now(ctx); err != nil {
		return nil, err
	}
	if r.Excuses, _, err = j.fleet.Excuses(ctx, r.Service.ID); err != nil {
		return nil, err
	}
	if r.Tests, err = j.fleet.Tests(ctx, &r.View.Release); err != nil {
		return nil, err
	}
	if c.Release == nil {
		r.source = &source{}
		return r, nil
	}
	if r.ran, err = j.tests.ran(ctx, r.Tests); err != nil {
		return nil, err
	}
	r.source = j.sources.of(ctx, &build{r.View.Release, r.Service.Main, c.Release})
	r.Notes, r.Reading = append(r.Notes, r.source.notes...), r.source.reading
	r.Release = report.New(r.input()).Releases[0]
	return r, nil
}

// input is what a report is made from.
func (r *Release) input() report.Input {
	in := report.Input{
		Releases: []*coverage.Release{r.Coverage.Release}, Now: r.Now, Granted: map[string]*report.Granted{},
		Sources: func(*coverage.Release) report.Sources { return r.source },
	}
	for id, e := range r.Excuses {
		in.Granted[id] = &report.Granted{Reason: e.Reason, Person: e.Person, Until: e.Until, Expired: !e.InForce(r.Now)}
	}
	if len(r.Tests) > 0 {
		in.Tested = make(map[string]bool, len(r.ran))
		for id := range r.ran {
			in.Tested[id] = true
		}
	}
	return in
}

// TestsOf returns the test runs that ran a point.
func (r *Release) TestsOf(stableID string) []*fleet.TestRun {
	var runs []*fleet.TestRun
	for _, i := range r.ran[stableID] {
		runs = append(runs, &r.Tests[i])
	}
	return runs
}

// Point returns a point by its stable id, or nil.
func (r *Release) Point(stableID string) *report.Point {
	if r.Release == nil {
		return nil
	}
	for _, p := range r.Points {
		if p.StableID == stableID {
			return p
		}
	}
	return nil
}
