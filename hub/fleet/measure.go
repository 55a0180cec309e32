package fleet

import (
	"context"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/report/profile"
)

// Measure merges a release's block coverage and stores it as a file. It returns
// the row for the history, or nil if nothing is new: other counts alone are
// not, and neither is a baseline after which no instance has reported.
func (f *Fleet) Measure(ctx context.Context, release string) (*Cover, error) {
	r, err := f.store.Release(ctx, release)
	if err != nil {
		return nil, err
	}
	b, err := f.Blocks(ctx, release)
	if err != nil {
		return nil, err
	}
	for _, wrong := range b.Wrong {
		f.log.Warn("block coverage cannot be read", "release", release, "what", wrong)
	}
	latest, err := f.store.Covers(ctx, release, 0, 1)
	if err != nil {
		return nil, err
	}
	if len(latest) > 0 && latest[0].Digest == b.Digest() || b.Baseline != nil && !b.Newest().After(b.Baseline.At) {
		return nil, nil
	}
	file, total, err := f.keep(ctx, &r, b)
	if err != nil {
		return nil, fmt.Errorf("keeping the coverage of release %s: %w", release, err)
	}
	return &Cover{Release: release, Addresses: b.Addresses(), File: file, Total: total, Digest: b.Digest()}, nil
}

// Newest returns when the newest counts of a release's instances arrived, or
// zero if none have.
func (f *Fleet) Newest(ctx context.Context, release string) (at time.Time, err error) {
	counters, err := f.store.CountersOf(ctx, release)
	if err != nil {
		return at, err
	}
	blocks, err := f.store.Blocks(ctx, release)
	if err != nil {
		return at, err
	}
	for _, c := range counters {
		at = later(at, c.At)
	}
	for _, b := range blocks {
		at = later(at, b.At)
	}
	return at, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Record notes that a release was measured with all counts up to counted, and
// adds c, if it is not nil, to its history.
func (f *Fleet) Record(ctx context.Context, release string, counted time.Time, c *Cover) error {
	return f.store.Record(ctx, release, counted, c)
}

func (f *Fleet) keep(ctx context.Context, r *Release, b *Blocks) (file string, total float64, err error) {
	if f.keeper != nil {
		return f.keeper.Keep(ctx, r, b)
	}
	content, err := b.Profile.AppendText(nil)
	if err != nil {
		return "", 0, err
	}
	n, err := f.store.Number(ctx, "covers")
	if err != nil {
		return "", 0, err
	}
	file = fmt.Sprintf("covers/%s_%d.cov", r.ID, n)
	return file, b.Profile.Total().Percent(), f.PutFile(ctx, file, content)
}

// SetKeeper sets what stores measurements. Call it before the first
// measurement.
func (f *Fleet) SetKeeper(k Keeper) { f.keeper = k }

// Covers lists a release's history, the newest first: at most limit rows with
// an id below before, or from the newest on if before is 0.
func (f *Fleet) Covers(ctx context.Context, release string, before int64, limit int) ([]CoverRow, error) {
	return f.store.Covers(ctx, release, before, limit)
}

// CoverProfile reads the profile of a row of a history.
func (f *Fleet) CoverProfile(ctx context.Context, row *CoverRow) (*profile.Profile, error) {
	if row.File == "" {
		return nil, Errorf(NotFound, "row %d of the history has no profile", row.ID)
	}
	content, err := f.File(ctx, row.File)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", row.File, err)
	}
	return profile.Parse(content, storedLimits)
}
