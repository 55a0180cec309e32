package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Clear makes people's counts of a release start again: what has run so far becomes
// its baseline. It erases nothing and writes no row to the history, and Undo
// reverts it.
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

// Undo reverts the current baseline of a release and returns it. An earlier
// baseline that was not undone then counts again.
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
