package runs

import (
	"context"
	"fmt"

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
