package fleet

import (
	"context"
	"fmt"

	"github.com/goat-trace/goat/hub/report/profile"
)

// Baseline returns the release's current baseline, or nil.
func (f *Fleet) Baseline(ctx context.Context, release string) (*Baseline, error) {
	list, err := f.store.Baselines(ctx, release)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Undone.IsZero() {
			return &list[i], nil
		}
	}
	return nil, nil
}

// Baselines lists a release's baselines, the newest first, including undone
// ones.
func (f *Fleet) Baselines(ctx context.Context, release string) ([]Baseline, error) {
	return f.store.Baselines(ctx, release)
}

// since subtracts from p what the baseline has.
func (f *Fleet) since(ctx context.Context, base *Baseline, p *profile.Profile) (*profile.Profile, error) {
	text, err := f.File(ctx, base.File)
	if err != nil {
		return nil, fmt.Errorf("reading the baseline of release %s: %w", base.Release, err)
	}
	before, err := profile.Parse(text, storedLimits)
	if err != nil {
		return nil, fmt.Errorf("reading the baseline of release %s: %w", base.Release, err)
	}
	return p.Since(before), nil
}
