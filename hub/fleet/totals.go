package fleet

import (
	"context"
	"errors"
	"sync"

	"github.com/goat-trace/goat/internal/coverage"
)

// totals remembers the merged point numbers of releases with several builds.
// What has run of a build only grows, so the store's sums tell whether the
// numbers still hold.
type totals struct {
	mu   sync.Mutex
	byID map[string]remembered
}

type remembered struct {
	of    Summary // as the store had added it up
	total coverage.Total
}

// At most mostTotals are remembered; then all are dropped.
const mostTotals = 10_000

func newTotals() *totals { return &totals{byID: map[string]remembered{}} }

func (t *totals) get(s *Summary) (coverage.Total, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.byID[s.Release]
	return r.total, ok && r.of.Builds == s.Builds && r.of.Points == s.Points && r.of.Ran == s.Ran
}

func (t *totals) set(s *Summary, total coverage.Total) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.byID) > mostTotals {
		clear(t.byID)
	}
	t.byID[s.Release] = remembered{*s, total}
}

// mergeBuilds corrects the points of a release with several builds: the store
// has added them up, although most are in each build. It merges the builds as
// if each were one process.
func (f *Fleet) mergeBuilds(ctx context.Context, v *ReleaseView) error {
	if v.Summary.Builds < 2 {
		return nil
	}
	total, ok := f.totals.get(&v.Summary)
	if !ok {
		processes, complete, err := f.unions(ctx, &v.Release)
		if err != nil || len(processes) == 0 {
			return err
		}
		merged := coverage.Merge(processes)
		total = merged[0].Total()
		if len(merged) > 1 { // they were compared with other bases: the one with the most instances counts
			c, err := f.Coverage(ctx, v.ID)
			if err != nil || c.Release == nil {
				return err
			}
			total = c.Total()
		} else if complete {
			f.totals.set(&v.Summary, total)
		}
	}
	v.Summary.Points, v.Summary.Ran = total.Total, total.Covered
	return nil
}

// unions returns the builds of a release, each as one process that ran what any
// of its instances did. complete says that all manifests have arrived.
func (f *Fleet) unions(ctx context.Context, r *Release) (list []*coverage.Process, complete bool, err error) {
	builds, err := f.store.Builds(ctx, r.ID)
	if err != nil {
		return nil, false, err
	}
	complete = true
	for i := range builds {
		b := &builds[i]
		if b.Manifest == "" {
			continue
		}
		m, err := f.Manifest(ctx, b.Manifest)
		if errors.Is(err, NotFound) {
			complete = false
			continue
		}
		if err != nil {
			return nil, false, err
		}
		built := m.build(r)
		list = append(list, &coverage.Process{Place: b.ID, Build: built, Counts: b.Covered.counts(len(built.Sites))})
	}
	return list, complete, nil
}
