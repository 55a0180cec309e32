package fleet

import (
	"context"

	"github.com/goat-trace/goat/internal/coverage"
)

// BuildRuns is what the instances of a build ran.
type BuildRuns struct {
	Build
	Document  *Manifest
	Processes []*coverage.Process // one for each instance, and one for those that are no longer kept
}

// Runs returns what each instance of a release ran, by build, and the digests of
// manifests that have not arrived. Whoever merges it gets what Coverage returns.
func (f *Fleet) Runs(ctx context.Context, release string) (runs []BuildRuns, waiting []string, err error) {
	r, err := f.store.Release(ctx, release)
	if err != nil {
		return nil, nil, err
	}
	builds, err := f.store.Builds(ctx, release)
	if err != nil {
		return nil, nil, err
	}
	instances, err := f.store.Instances(ctx, release)
	if err != nil {
		return nil, nil, err
	}
	c := &Coverage{Hits: map[string]FirstHit{}}
	for i := range builds {
		processes, err := f.processes(ctx, c, &r, &builds[i], instances)
		if err != nil {
			return nil, nil, err
		}
		if len(processes) == 0 {
			continue
		}
		m, err := f.Manifest(ctx, builds[i].Manifest)
		if err != nil {
			return nil, nil, err
		}
		runs = append(runs, BuildRuns{builds[i], m, processes})
	}
	return runs, c.Waiting, nil
}
