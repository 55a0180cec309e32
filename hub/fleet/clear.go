package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Clear has a release's counts begin anew for people: what has run so far becomes
// its baseline. Nothing is erased, no row is written to its history, and Undo
// takes it back.
func (f *Fleet) Clear(ctx context.Context, release, by string) (*Baseline, error) {
	if _, err := f.store.Release(ctx, release); err != nil {
		return nil, err
	}
	b, err := f.Blocks(ctx, release)
	if errors.Is(err, NotFound) {
		return nil, Errorf(Conflict, "release %s has no coverage counters to clear; its points stay as they are", release)
	}
	if err != nil {
		return nil, err
	}
	text, err := b.Ever.AppendText(nil)
	if err != nil {
		return nil, err
	}
	n, err := f.store.Number(ctx, "baselines")
	if err != nil {
		return nil, err
	}
	file := fmt.Sprintf("baselines/%s_%d.cov", release, n)
	if err := f.blobs.Put(ctx, file, bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("keeping a baseline: %w", err)
	}
	if err := f.store.SetBaseline(ctx, Baseline{Release: release, By: by, File: file}); err != nil {
		return nil, err
	}
	return f.Baseline(ctx, release)
}

// Undo takes the baseline of a release back, and says which it was. An earlier
// one that was not undone counts again.
func (f *Fleet) Undo(ctx context.Context, release string) (*Baseline, error) {
	b, err := f.Baseline(ctx, release)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, Errorf(Conflict, "release %s has no baseline to undo", release)
	}
	return b, f.store.UndoBaseline(ctx, release, b.ID)
}
