package runs

import (
	"context"
	"errors"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace"
	tracefile "github.com/goat-trace/goat/internal/trace"
)

// Computing an index entry takes longer than taking the segment in, so it is done
// afterwards: by IndexNews, or by whoever asks for it first.

// LookForNews computes missing index entries until ctx ends: after each segment that
// this process takes in, and at its start those that others have left.
func (k *Keeper) LookForNews(ctx context.Context) {
	for {
		if err := k.IndexNews(ctx); err != nil && ctx.Err() == nil {
			k.log.ErrorContext(ctx, "indexing segments", "error", err)
		}
		select {
		case <-k.news:
		case <-ctx.Done():
			return
		}
	}
}

// IndexNews computes the missing index entries of all runs.
func (k *Keeper) IndexNews(ctx context.Context) error {
	runs, err := k.store.Unindexed(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, run := range runs {
		if _, err := k.indexRun(ctx, run); err != nil && !errors.Is(err, fleet.UnknownRun) && !errors.Is(err, fleet.Deleted) {
			errs = append(errs, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// indexRun computes the missing index entries of a run, and returns how many.
func (k *Keeper) indexRun(ctx context.Context, run Run) (n int, err error) {
	functions, whole, err := k.functions(ctx, run)
	if err != nil || !whole {
		return 0, err // it is done when the tables are there, or without them when somebody asks
	}
	traces, err := k.store.Traces(ctx, run.Number)
	if err != nil {
		return 0, err
	}
	for _, t := range traces {
		segments, err := k.store.Index(ctx, run.Number, t.Number, 0)
		if err != nil {
			return n, err
		}
		stamp(run, segments)
		for i := range segments {
			if len(segments[i].Entry) > 0 {
				continue
			}
			if _, err := k.entry(ctx, run, &segments[i], functions, true); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// entry computes a segment's index entry, and keeps it if that is wanted.
func (k *Keeper) entry(ctx context.Context, run Run, s *Segment, functions *tracefile.Functions, keep bool) (*trace.Entry, error) {
	content, err := k.store.Content(ctx, run.Number, s.Head.Trace, s.Head.Number)
	if err != nil {
		return nil, err
	}
	events, err := k.pack.unpack(s.Head, content)
	if err != nil {
		k.log.ErrorContext(ctx, "segment is damaged", "run", run.ID, "error", err)
		return &trace.Entry{
			Trace: s.Head.Trace, Goroutine: s.Head.Goroutine, Number: s.Head.Number, First: s.Head.First, Steps: s.Head.Steps,
			Started: s.Head.Started, Ended: s.Head.Started, Damaged: err.Error(),
		}, nil
	}
	e := trace.NewEntry(trace.Segment{Head: s.Head, Events: events}, functions)
	if !keep {
		return e, nil
	}
	data, err := e.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return e, k.store.PutEntry(ctx, run.Number, s.Head.Trace, s.Head.Number, data)
}

// functions returns a run's functions, and whether all of its tables are there.
func (k *Keeper) functions(ctx context.Context, run Run) (*tracefile.Functions, bool, error) {
	d, err := Describe(run.Description)
	if err != nil {
		return nil, false, err
	}
	tables, err := k.tables.of(ctx, k.store, run.Number)
	if err != nil {
		return nil, false, err
	}
	whole := true
	for _, p := range d.Packages {
		whole = whole && tables[p.Table] != nil
	}
	return tracefile.NewFunctions(d.Description, tables), whole, nil
}
