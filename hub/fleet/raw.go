package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/report/profile"
)

// Raw returns the profile of one instance as text, and when the instance
// reported it.
func (f *Fleet) Raw(ctx context.Context, instance string) (text []byte, at time.Time, err error) {
	var p *profile.Profile
	row, err := f.store.BlocksOf(ctx, instance)
	if err == nil {
		at = row.At
		p, err = f.readBlocks(ctx, &row)
	} else if errors.Is(err, NotFound) {
		var c Counters
		if c, err = f.store.Counters(ctx, instance); err == nil {
			at = c.At
			p, err = f.countedBy(ctx, &c, map[string]*profile.Meta{})
		}
	}
	if errors.Is(err, NotFound) {
		return nil, at, Errorf(NotFound, "no coverage counters have come from the instance %.80q", instance)
	}
	if err != nil {
		return nil, at, err
	}
	text, err = p.AppendText(nil)
	return text, at, err
}

// CountersKey identifies the state of what a release's instances have counted.
// It changes with each report and with the baseline. It is "" if nothing was
// reported.
func (f *Fleet) CountersKey(ctx context.Context, release string) (string, error) {
	counters, err := f.store.CountersOf(ctx, release)
	if err != nil {
		return "", err
	}
	blocks, err := f.store.Blocks(ctx, release)
	if err != nil {
		return "", err
	}
	if len(counters)+len(blocks) == 0 {
		return "", nil
	}
	base, err := f.Baseline(ctx, release)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, c := range counters {
		fmt.Fprintln(h, c.Instance, c.Covmeta, c.Size, c.At.UnixMilli())
	}
	for _, b := range blocks {
		fmt.Fprintln(h, b.Instance, b.Generation)
	}
	if base != nil {
		fmt.Fprintln(h, "baseline", base.ID)
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}
