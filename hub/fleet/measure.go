package fleet

import (
	"bytes"
	"context"
	"fmt"

	"github.com/goat-trace/goat/hub/report/profile"
)

// Measure merges a release's block coverage and keeps it as a file. It returns the
// row to add to the history, or nil where the same blocks have run as in the latest
// one: counts alone are no news.
func (f *Fleet) Measure(ctx context.Context, release string) (*Cover, error) {
	b, err := f.Blocks(ctx, release)
	if err != nil {
		return nil, err
	}
	for _, wrong := range b.Wrong {
		f.log.Warn("block coverage cannot be read", "release", release, "what", wrong)
	}
	file := "covers/" + release + "-" + b.Digest() + ".cov.gz"
	latest, err := f.store.Covers(ctx, release, 0, 1)
	if err != nil {
		return nil, err
	}
	if len(latest) > 0 && latest[0].File == file {
		return nil, nil
	}
	content, err := b.Profile.AppendText(nil)
	if err != nil {
		return nil, err
	}
	if err := f.blobs.Put(ctx, file, pack(content)); err != nil {
		return nil, fmt.Errorf("keeping the coverage of release %s: %w", release, err)
	}
	return &Cover{Release: release, Addresses: b.Addresses(), File: file, Total: b.Profile.Total().Percent()}, nil
}

// Covers lists a release's history, the newest first: up to limit rows with an id
// below before, or from the newest on where before is 0.
func (f *Fleet) Covers(ctx context.Context, release string, before int64, limit int) ([]CoverRow, error) {
	return f.store.Covers(ctx, release, before, limit)
}

// CoverProfile reads the profile of a row of a history.
func (f *Fleet) CoverProfile(ctx context.Context, row *CoverRow) (*profile.Profile, error) {
	if row.File == "" {
		return nil, Errorf(NotFound, "row %d of the history has no profile", row.ID)
	}
	packed, err := f.blob(ctx, row.File)
	if err != nil {
		return nil, err
	}
	content, err := unpack(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", row.File, err)
	}
	return profile.Parse(content, storedLimits)
}
