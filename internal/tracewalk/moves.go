package tracewalk

import (
	"context"

	"github.com/goat-trace/goat/internal/traceview"
)

// A move leads from the row at p to another one. depth is the row's.
type move func(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool)

func isStep(r *traceview.Row) bool { return r.Kind == traceview.RowStep }

// stepIn is the next step, whichever call it is in.
func stepIn(ctx context.Context, b *book, p place, _ *traceview.Row) (place, bool) {
	return b.forward(ctx, p, seek{wanted: isStep})
}

// stepBack is the step before.
func stepBack(ctx context.Context, b *book, p place, _ *traceview.Row) (place, bool) {
	return b.backward(ctx, p, seek{wanted: isStep})
}

// over is the next step of the same call, or of its caller where the call ends.
func over(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool) {
	return b.forward(ctx, p, seek{depth: r.Depth, wanted: func(n *traceview.Row) bool { return isStep(n) && n.Depth <= r.Depth }})
}

// overBack is the step before in the same call, or the one that made the call.
func overBack(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool) {
	return b.backward(ctx, p, seek{depth: r.Depth, wanted: func(n *traceview.Row) bool { return isStep(n) && n.Depth <= r.Depth }})
}

// out is the caller's next step after the call has ended.
func out(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool) {
	return b.forward(ctx, p, seek{depth: r.Depth, wanted: func(n *traceview.Row) bool { return isStep(n) && n.Depth < r.Depth }})
}

// caller is the step that made the call.
func caller(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool) {
	return b.backward(ctx, p, seek{depth: r.Depth, wanted: func(n *traceview.Row) bool { return isStep(n) && n.Depth < r.Depth }})
}

// again is the next step at the same place of the code.
func again(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool) {
	return b.forward(ctx, p, seek{wanted: sameCode(r)})
}

// before is the step before at the same place of the code.
func before(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool) {
	return b.backward(ctx, p, seek{wanted: sameCode(r)})
}

func sameCode(r *traceview.Row) func(*traceview.Row) bool {
	return func(n *traceview.Row) bool {
		return n.Kind == r.Kind && n.Number == r.Number && n.Location == r.Location
	}
}

// first and last are the trace's first and last row.
func first(_ context.Context, b *book, _ place, _ *traceview.Row) (place, bool) { return place{}, true }

func last(_ context.Context, b *book, _ place, _ *traceview.Row) (place, bool) {
	return b.previous(place{len(b.heads) - 1, b.count(len(b.heads) - 1)})
}

// callOf returns the row of the call that a row is in.
func callOf(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool) {
	depth := r.Depth
	if r.Kind == traceview.RowCall {
		depth--
	}
	return b.backward(ctx, p, seek{depth: depth, wanted: func(n *traceview.Row) bool { return n.Kind == traceview.RowCall && n.Depth == depth }})
}

// endOf returns the row with which a call ends. A call that has not ended goes on to
// the trace's end.
func endOf(ctx context.Context, b *book, p place, r *traceview.Row) (place, bool) {
	end, ok := b.forward(ctx, p, seek{depth: r.Depth, wanted: func(n *traceview.Row) bool {
		return n.Kind == traceview.RowReturn && n.Depth <= r.Depth || n.Kind == traceview.RowStep && n.Depth < r.Depth
	}})
	switch {
	case ctx.Err() != nil:
		return place{}, false
	case !ok:
		return last(ctx, b, p, r)
	}
	if n := b.row(end); n.Kind == traceview.RowStep { // the end is missing
		return b.previous(end)
	}
	return end, true
}
