package runs

import (
	"context"
	"fmt"
	"slices"

	"github.com/goat-trace/goat/hub/fleet"
	tracefile "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Open returns a run as internal/trace reads it, as far as it has arrived. Its
// events are read when they are needed; ctx bounds that, too.
func (k *Keeper) Open(ctx context.Context, run Run) (*tracefile.Run, error) {
	d, err := Describe(run.Description)
	if err != nil {
		return nil, fmt.Errorf("reading the description of run %s: %w", run.ID, err)
	}
	segments, err := k.store.Segments(ctx, run.Number)
	if err != nil {
		return nil, err
	}
	stamp(run, segments)
	heads := make([]wire.Head, len(segments))
	for i := range segments {
		heads[i] = segments[i].Head
	}
	return tracefile.NewRun(tracefile.Source{
		Description: d.Description,
		Heads:       heads,
		Table:       func(digest string) ([]byte, error) { return k.store.Table(ctx, digest) },
		Events:      func(h wire.Head) ([]byte, error) { return k.Events(ctx, run, h) },
	})
}

// Events returns the events of one of a run's segments.
func (k *Keeper) Events(ctx context.Context, run Run, h wire.Head) ([]byte, error) {
	content, err := k.store.Content(ctx, run.Number, h.Trace, h.Number)
	if err != nil {
		return nil, err
	}
	return k.pack.unpack(h, content)
}

// stamp completes heads: stores keep of them what differs between a run's segments.
func stamp(run Run, segments []Segment) {
	prefix, _ := (&tracefile.Description{RunID: run.ID}).Prefix() // stored ids are ids
	for i := range segments {
		segments[i].Head.Run = prefix
	}
}

// Segment returns a segment's bytes, as the recorder sent them.
func (k *Keeper) Segment(ctx context.Context, run Run, trace, number uint64) ([]byte, error) {
	found, err := k.store.Read(ctx, run.Number, trace, []uint64{number})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fleet.Errorf(fleet.NotFound, "run %d has no segment %d of trace %d", run.Number, number, trace)
	}
	stamp(run, found)
	events, err := k.pack.unpack(found[0].Head, found[0].Content)
	if err != nil {
		return nil, err
	}
	return wire.AppendSegment(nil, found[0].Head, events), nil
}

// Table returns the bytes of one of a run's tables.
func (k *Keeper) Table(ctx context.Context, run Run, digest string) ([]byte, error) {
	there, err := k.store.Tables(ctx, run.Number)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(there, digest) {
		return nil, fleet.Errorf(fleet.NotFound, "run %d has no table %.80q", run.Number, digest)
	}
	return k.store.Table(ctx, digest)
}

// Stored is which segments of a trace are there.
type Stored struct {
	Trace  uint64
	Ranges [][2]uint64 // the first and the last number of each range
}

// Stored returns which segments of a run are there.
func (k *Keeper) Stored(ctx context.Context, run Run) (list []Stored, err error) {
	segments, err := k.store.Segments(ctx, run.Number)
	if err != nil {
		return nil, err
	}
	for _, s := range segments {
		if n := len(list); n == 0 || list[n-1].Trace != s.Head.Trace {
			list = append(list, Stored{Trace: s.Head.Trace})
		}
		t := &list[len(list)-1]
		if n := len(t.Ranges); n > 0 && t.Ranges[n-1][1]+1 == s.Head.Number {
			t.Ranges[n-1][1]++
			continue
		}
		t.Ranges = append(t.Ranges, [2]uint64{s.Head.Number, s.Head.Number})
	}
	return list, nil
}
