package fleet

import (
	"context"
	"time"
)

// ReleaseView is a release with what people ask for first.
type ReleaseView struct {
	Release
	Summary Summary
	Cover   *CoverRow // its latest measurement by counters, or nil
}

// In returns the number of instances in a state.
func (v ReleaseView) In(s InstanceState) int { return v.Summary.Instances[s] }

// Services lists all services.
func (f *Fleet) Services(ctx context.Context) ([]Service, error) { return f.store.Services(ctx) }

// Service returns one service.
func (f *Fleet) Service(ctx context.Context, id string) (Service, error) {
	return f.store.Service(ctx, id)
}

// ServiceOf returns the service of an instance.
func (f *Fleet) ServiceOf(ctx context.Context, instance string) (Service, error) {
	return f.store.ServiceOf(ctx, instance)
}

// Releases lists the releases of a service, the newest first.
func (f *Fleet) Releases(ctx context.Context, service string) ([]ReleaseView, error) {
	if _, err := f.store.Service(ctx, service); err != nil {
		return nil, err
	}
	releases, err := f.store.Releases(ctx, service)
	if err != nil {
		return nil, err
	}
	summaries, err := f.store.Summaries(ctx, service)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Summary, len(summaries))
	for _, s := range summaries {
		byID[s.Release] = s
	}
	covers, err := f.latestCovers(ctx, service)
	if err != nil {
		return nil, err
	}
	views := make([]ReleaseView, 0, len(releases))
	for _, r := range releases {
		view := ReleaseView{r, byID[r.ID], covers[r.ID]}
		if err := f.mergeBuilds(ctx, &view); err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

// Release returns one release.
func (f *Fleet) Release(ctx context.Context, id string) (ReleaseView, error) {
	r, err := f.store.Release(ctx, id)
	if err != nil {
		return ReleaseView{}, err
	}
	summaries, err := f.store.Summaries(ctx, r.ServiceID)
	if err != nil {
		return ReleaseView{}, err
	}
	covers, err := f.store.Covers(ctx, id, 0, 1)
	if err != nil {
		return ReleaseView{}, err
	}
	for _, s := range summaries {
		if s.Release == id {
			view := ReleaseView{r, s, nil}
			if len(covers) > 0 {
				view.Cover = &covers[0]
			}
			err := f.mergeBuilds(ctx, &view)
			return view, err
		}
	}
	return ReleaseView{Release: r}, nil
}

// Builds lists a release's builds, the oldest first.
func (f *Fleet) Builds(ctx context.Context, release string) ([]Build, error) {
	return f.store.Builds(ctx, release)
}

// Instances lists a release's instances, the oldest first.
func (f *Fleet) Instances(ctx context.Context, release string) ([]Instance, error) {
	return f.store.Instances(ctx, release)
}

// latestCovers returns the latest measurements of a service's releases, by
// release; "" means all services.
func (f *Fleet) latestCovers(ctx context.Context, service string) (map[string]*CoverRow, error) {
	rows, err := f.store.LatestCovers(ctx, service)
	if err != nil {
		return nil, err
	}
	byRelease := make(map[string]*CoverRow, len(rows))
	for i := range rows {
		byRelease[rows[i].Release] = &rows[i]
	}
	return byRelease, nil
}

// Cover returns one row of a history.
func (f *Fleet) Cover(ctx context.Context, id int64) (CoverRow, error) {
	return f.store.Cover(ctx, id)
}

// Unmeasured lists releases whose counters have grown since their last
// measurement, if that was longer ago than every.
func (f *Fleet) Unmeasured(ctx context.Context, every time.Duration, most int) ([]string, error) {
	return f.store.Unmeasured(ctx, every, most)
}

// Number returns the next number under a name, from 1. It never returns a
// number twice.
func (f *Fleet) Number(ctx context.Context, name string) (int64, error) {
	return f.store.Number(ctx, name)
}

// InstancesAt lists the instances with an address, the one heard of last first.
func (f *Fleet) InstancesAt(ctx context.Context, address string) ([]Instance, error) {
	if address == "" {
		return nil, nil
	}
	return f.store.InstancesAt(ctx, address)
}

// Addresses lists those of live and unreachable instances by release.
func (f *Fleet) Addresses(ctx context.Context) (map[string][]string, error) {
	return f.store.Addresses(ctx)
}
