package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace"
	tracefile "github.com/goat-trace/goat/internal/trace"
)

var _ trace.Reader = (*Keeper)(nil)

const usualRuns = 100

// Runs implements trace.Reader.
func (k *Keeper) Runs(ctx context.Context, q trace.Query) ([]trace.Run, error) {
	runs, err := k.store.List(ctx, Filter{Project: q.Project, Before: q.Before, Limit: cmp.Or(q.Limit, usualRuns)})
	if err != nil {
		return nil, err
	}
	list := make([]trace.Run, len(runs))
	for i := range runs {
		list[i] = view(&runs[i])
	}
	return list, nil
}

// view is a run as readers see it. In a list it has no description.
func view(r *Run) trace.Run {
	v := trace.Run{Number: r.Number, Pinned: r.Pinned, Traces: r.Traces, Steps: r.Steps, Bytes: r.Raw}
	if d, err := Describe(r.Description); err == nil {
		v.Description = d.Description
		return v
	}
	v.RunID, v.CreatedAt, v.EndedAt = r.ID, r.Created, r.Ended
	v.ProjectName, v.ProjectVersion, v.Commit, v.LaunchMethod, v.LaunchClass = r.Project, r.Version, r.Commit, r.Method, r.Class
	return v
}

// Run implements trace.Reader.
func (k *Keeper) Run(ctx context.Context, name string) (trace.Run, error) {
	r, err := k.find(ctx, name)
	if err != nil {
		return trace.Run{}, err
	}
	v := view(&r)
	digests, err := k.store.Tables(ctx, r.Number)
	if err != nil {
		return v, err
	}
	there := make(map[string]bool, len(digests))
	for _, d := range digests {
		there[d] = true
	}
	for _, p := range v.Packages {
		if !there[p.Table] {
			v.Problems = append(v.Problems, fmt.Sprintf("the table %s has not arrived: functions %d to %d have numbers instead of names", p.Table, p.First, p.First+p.Functions-1))
		}
	}
	return v, nil
}

// find finds a run; its errors are trace's, too.
func (k *Keeper) find(ctx context.Context, name string) (Run, error) {
	r, err := k.store.Find(ctx, name)
	if errors.Is(err, fleet.UnknownRun) || errors.Is(err, fleet.Deleted) {
		return r, notFound{err}
	}
	return r, err
}

// notFound is an error of the store that is trace.ErrNotFound, too.
type notFound struct{ error }

func (e notFound) Unwrap() []error { return []error{e.error, trace.ErrNotFound} }

// Tables implements trace.Reader.
func (k *Keeper) Tables(ctx context.Context, run string) (map[string]*tracefile.Table, error) {
	r, err := k.find(ctx, run)
	if err != nil {
		return nil, err
	}
	return k.tables.of(ctx, k.store, r.Number)
}

// Traces implements trace.Reader.
func (k *Keeper) Traces(ctx context.Context, run string) ([]trace.Trace, error) {
	r, err := k.find(ctx, run)
	if err != nil {
		return nil, err
	}
	list, err := k.store.Traces(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	traces := make([]trace.Trace, len(list))
	for i, t := range list {
		traces[i] = trace.Trace{Run: r.ID, Number: t.Number, Goroutine: t.Goroutine, Steps: t.Steps, Segments: t.Segments, Bytes: t.Bytes, Started: t.Started}
	}
	return traces, nil
}

// Index implements trace.Reader. Entries that are missing, or that another version
// of goat has made, are computed.
func (k *Keeper) Index(ctx context.Context, run string, number, after uint64) ([]*trace.Entry, error) {
	r, err := k.find(ctx, run)
	if err != nil {
		return nil, err
	}
	segments, err := k.store.Index(ctx, r.Number, number, after)
	if err != nil {
		return nil, err
	}
	stamp(r, segments)
	var functions *tracefile.Functions
	var whole bool
	entries := make([]*trace.Entry, len(segments))
	for i := range segments {
		entries[i] = new(trace.Entry)
		if entries[i].UnmarshalBinary(segments[i].Entry) == nil {
			continue
		}
		if functions == nil {
			if functions, whole, err = k.functions(ctx, r); err != nil {
				return nil, err
			}
		}
		if entries[i], err = k.entry(ctx, r, &segments[i], functions, whole); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Segments implements trace.Reader.
func (k *Keeper) Segments(ctx context.Context, run string, number uint64, numbers []uint64) ([]trace.Segment, error) {
	r, err := k.find(ctx, run)
	if err != nil {
		return nil, err
	}
	stored, err := k.store.Read(ctx, r.Number, number, numbers)
	if err != nil {
		return nil, err
	}
	stamp(r, stored)
	byNumber := make(map[uint64]*Segment, len(stored))
	for i := range stored {
		byNumber[stored[i].Head.Number] = &stored[i]
	}
	list := make([]trace.Segment, len(numbers))
	for i, n := range numbers {
		list[i].Head.Trace, list[i].Head.Number = number, n
		s := byNumber[n]
		if s == nil {
			continue
		}
		list[i].Head = s.Head
		if list[i].Events, err = k.pack.unpack(s.Head, s.Content); err != nil {
			k.log.ErrorContext(ctx, "segment is damaged", "run", r.ID, "error", err)
		}
	}
	return list, nil
}
