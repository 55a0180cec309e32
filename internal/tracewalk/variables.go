package tracewalk

import (
	"context"
	"fmt"
	"slices"

	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/internal/traceview"
)

// variable is a variable of the call that a row is in.
type variable struct {
	number int
	name   string
	value  string
	set    bool   // it was written before
	step   uint64 // that has written it
}

// lookBack is how many segments before a row are read for the values of variables.
const lookBack = 3

// variables returns the variables of the call that the row at p is in, after that row.
func (b *book) variables(p place) []variable {
	r := b.row(p)
	if r == nil || r.Function == nil {
		return nil
	}
	list := make([]variable, len(r.Function.Variables))
	for i, v := range r.Function.Variables {
		list[i] = variable{number: i, name: v.Name + " " + v.Type, value: unset(v)}
	}
	for segment := max(p.segment-lookBack, 0); segment <= p.segment; segment++ {
		b.scan(segment, func(n int, at *traceview.Row) bool {
			if segment == p.segment && n > p.row {
				return false
			}
			switch {
			case at.Kind == traceview.RowNote || at.Depth > r.Depth && at.Number != r.Number:
			case at.Depth < r.Depth && at.Kind != traceview.RowCall || at.Kind == traceview.RowCall && at.Depth <= r.Depth:
				forget(list, r.Function)
			}
			if at.Number == r.Number && at.Depth >= r.Depth && at.Kind != traceview.RowReturn && (at.Depth == r.Depth || at.Kind != traceview.RowCall) {
				for _, v := range at.Values {
					if v.Variable >= 0 && v.Variable < len(list) {
						list[v.Variable].value, list[v.Variable].set, list[v.Variable].step = v.Value.String(), true, at.Step
					}
				}
			}
			return true
		})
	}
	slices.SortStableFunc(list, func(a, b variable) int { // those with values first
		switch {
		case a.set == b.set:
			return 0
		case a.set:
			return -1
		}
		return 1
	})
	return list
}

// forget takes the values away, because the call is another one.
func forget(list []variable, f *trace.Function) {
	for i := range list {
		list[i].value, list[i].set, list[i].step = unset(f.Variables[i]), false, 0
	}
}

// unset says why a variable has no value.
func unset(v trace.Variable) string {
	switch {
	case v.Redacted:
		return "«redacted»"
	case v.Unrecorded != "":
		return "not recorded: " + v.Unrecorded
	}
	return "not written by this call so far"
}

// written is a value that a variable had.
type written struct {
	place place
	step  uint64
	value string
}

// manyValues is how many earlier and how many later values are shown.
const manyValues = 50

// values returns what a variable of the call at p was before and is afterwards, in
// order. It stops at the ends of the call.
func (b *book) values(ctx context.Context, p place, number int) []written {
	r := b.row(p)
	if r == nil {
		return nil
	}
	of := func(at place) (written, bool) {
		row := b.row(at)
		for _, v := range row.Values {
			if v.Variable == number {
				return written{at, row.Step, v.Value.String()}, true
			}
		}
		return written{}, false
	}
	has := func(n *traceview.Row) bool {
		if n.Number != r.Number || n.Depth != r.Depth || n.Kind == traceview.RowReturn {
			return false
		}
		for _, v := range n.Values {
			if v.Variable == number {
				return true
			}
		}
		return false
	}
	var list []written
	backward := seek{depth: r.Depth, wanted: has, stop: func(n *traceview.Row) bool { return n.Kind == traceview.RowCall && n.Depth <= r.Depth }}
	forward := seek{depth: r.Depth, wanted: has, stop: func(n *traceview.Row) bool { return n.Kind == traceview.RowReturn && n.Depth <= r.Depth }}
	after := place{p.segment, p.row + 1}
	for at, ok := b.backward(ctx, after, backward); ok && len(list) < manyValues; at, ok = b.backward(ctx, at, backward) {
		if w, ok := of(at); ok {
			list = append([]written{w}, list...)
		}
		if b.row(at).Kind == traceview.RowCall { // its parameters are the first values
			break
		}
	}
	earlier := len(list)
	for at, ok := b.forward(ctx, p, forward); ok && len(list) < earlier+manyValues; at, ok = b.forward(ctx, at, forward) {
		if w, ok := of(at); ok {
			list = append(list, w)
		}
	}
	return list
}

func (w written) String() string { return fmt.Sprintf("%8d  %s", w.step, w.value) }
