package runs

import (
	"context"
	"errors"
	"time"
)

// Retention says which runs are kept. Pinned runs are always kept, and runs that are
// still recorded.
type Retention struct {
	Age  time.Duration // since anything of a run arrived; 0 for no limit
	Runs int           // how many, the newest; 0 for no limit
	Size int64         // bytes of packed segments of all runs, pinned ones too; 0 for no limit
}

// DefaultRetention is what a hub keeps by default.
func DefaultRetention() Retention {
	return Retention{Age: 30 * 24 * time.Hour, Runs: 10_000, Size: 20 << 30}
}

// Swept is what a sweep removed.
type Swept struct {
	Runs int
	Size int64 // bytes of packed segments
}

// Sweep removes the runs that are not kept, the oldest first, and finishes removals
// that were interrupted.
func (k *Keeper) Sweep(ctx context.Context, keep Retention, now time.Time) (s Swept, err error) {
	runs, err := k.store.List(ctx, Filter{})
	if err != nil {
		return s, err
	}
	for _, run := range unkept(runs, keep, now) {
		if err := k.store.Doom(ctx, run.Number); err != nil {
			return s, err
		}
		s.Runs++
		s.Size += run.Packed
	}
	return s, k.finish(ctx)
}

// unkept returns the runs that go. The newest run comes first in runs.
func unkept(runs []Run, keep Retention, now time.Time) (gone []Run) {
	var size int64
	for _, run := range runs {
		size += run.Packed
	}
	left := len(runs)
	for i := len(runs) - 1; i >= 0; i-- {
		run := runs[i]
		if run.Pinned || run.Live(now) {
			continue
		}
		if keep.Age > 0 && now.Sub(run.Heard) > keep.Age || keep.Runs > 0 && left > keep.Runs || keep.Size > 0 && size > keep.Size {
			gone = append(gone, run)
			size -= run.Packed
			left--
		}
	}
	return gone
}

// Delete removes a run with everything that is only the run's. When it returns nil,
// nothing of it can be read any more.
func (k *Keeper) Delete(ctx context.Context, run Run) error {
	if err := k.store.Doom(ctx, run.Number); err != nil {
		return err
	}
	return k.finish(ctx)
}

// finish removes what is left of doomed runs.
func (k *Keeper) finish(ctx context.Context) error {
	doomed, err := k.store.Doomed(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, run := range doomed {
		errs = append(errs, k.store.Remove(ctx, run))
	}
	return errors.Join(append(errs, k.store.Sweep(ctx))...)
}
