package fleet

import (
	"context"
	"slices"
)

// ServiceView is a service with its releases, the newest first.
type ServiceView struct {
	Service
	Releases []ReleaseView
}

// Overview returns all services with all of their releases, with few queries to
// the store. sees filters services; nil accepts all.
func (f *Fleet) Overview(ctx context.Context, sees func(Labels) bool) ([]ServiceView, error) {
	services, err := f.store.Services(ctx)
	if err != nil {
		return nil, err
	}
	releases, err := f.store.Releases(ctx, "")
	if err != nil {
		return nil, err
	}
	summaries, err := f.store.Summaries(ctx, "")
	if err != nil {
		return nil, err
	}
	covers, err := f.latestCovers(ctx, "")
	if err != nil {
		return nil, err
	}
	byRelease := make(map[string]Summary, len(summaries))
	for _, s := range summaries {
		byRelease[s.Release] = s
	}
	byService := make(map[string][]Release, len(services))
	for _, r := range releases {
		byService[r.ServiceID] = append(byService[r.ServiceID], r)
	}
	services = slices.DeleteFunc(services, func(s Service) bool { return sees != nil && !sees(s.Labels) })
	views := make([]ServiceView, 0, len(services))
	for _, s := range services {
		view := ServiceView{Service: s}
		for _, r := range byService[s.ID] {
			release := ReleaseView{r, byRelease[r.ID], covers[r.ID]}
			if err := f.mergeBuilds(ctx, &release); err != nil {
				return nil, err
			}
			view.Releases = append(view.Releases, release)
		}
		views = append(views, view)
	}
	return views, nil
}
