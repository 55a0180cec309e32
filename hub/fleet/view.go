package fleet

import "context"

// ReleaseView is a release with what people ask of it first.
type ReleaseView struct {
	Release
	Summary Summary
}

// In is the number of instances in a state.
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
	views := make([]ReleaseView, 0, len(releases))
	for _, r := range releases {
		view := ReleaseView{r, byID[r.ID]}
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
	for _, s := range summaries {
		if s.Release == id {
			view := ReleaseView{r, s}
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
