package relations

import (
	"context"
	"testing"

	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/tracetest"
	steps "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// large is a trace of ten million steps in segments of about a megabyte: a loop
// with a condition, a sum, and a call in each round.
func large(b *testing.B) *tracetest.Memory {
	b.Helper()
	table := &steps.Table{Version: steps.TableVersion, Package: "example.com/p", Files: []string{"p.go"}, Functions: []steps.Function{
		{
			Name: "main", Variables: []steps.Variable{{Name: "i", Kind: "local"}, {Name: "sum", Kind: "local"}},
			Locations: []steps.Location{
				{Kind: "for", Line: 1, Writes: []int{0}}, {Kind: "round", Line: 1, Reads: []int{0}, Writes: []int{0}, Controls: []int{0, 1}},
				{Kind: "if", Line: 2, Reads: []int{0}, Controls: []int{0, 1}}, {Kind: "stmt", Line: 3, Reads: []int{0, 1}, Writes: []int{1}, Controls: []int{2}},
			},
		},
		{
			Name: "add", Params: []int{0}, Variables: []steps.Variable{{Name: "n", Kind: "param"}},
			Locations: []steps.Location{{Kind: "return", Line: 9, Reads: []int{0}}},
		},
	}}
	var segments []trace.Segment
	head := wire.Head{Trace: 1, Goroutine: 1, First: 1}
	round := int64(0)
	for head.First < 10_000_000 {
		events := wire.AppendEvent(nil, wire.EventOpen, 1, 1, 0)
		head.Steps = 0
		if head.First == 1 {
			events = wire.AppendEvent(wire.AppendEvent(nil, wire.EventOpen, 0, 0), wire.EventEnter, 0)
			events = wire.AppendStep(events, 0)
			head.Steps = 1
		}
		for len(events) < 1_000_000 {
			round++
			events = wire.AppendInt(wire.AppendEvent(wire.AppendStep(events, 1), wire.EventValue, 0), round)
			events = append(wire.AppendStep(events, 2), wire.EventTrue)
			events = wire.AppendEvent(wire.AppendStep(events, 3), wire.EventEnter, 1)
			events = wire.AppendInt(wire.AppendEvent(events, wire.EventValue, 0), round)
			events = append(wire.AppendStep(events, 0), wire.EventReturn, wire.EventLeave)
			events = wire.AppendInt(wire.AppendEvent(events, wire.EventValue, 1), round)
			head.Steps += 4
		}
		head.Number++
		segments = append(segments, trace.Segment{Head: head, Events: events})
		head.First += head.Steps
	}
	return tracetest.NewMemory(table, segments)
}

func BenchmarkLarge(b *testing.B) {
	m := large(b)
	ctx := context.Background()
	open := func(b *testing.B) *Trace {
		b.Helper()
		r, err := New(m, 256<<20).Run(ctx, "1")
		if err != nil {
			b.Fatal(err)
		}
		t, err := r.Trace(ctx, 1)
		if err != nil {
			b.Fatal(err)
		}
		return t
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			open(b)
		}
	})
	b.Run("step-cold", func(b *testing.B) {
		for b.Loop() {
			if _, err := open(b).Step(ctx, 7_000_000); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("relations-cold", func(b *testing.B) {
		for b.Loop() {
			if _, err := open(b).Relations(ctx, 7_000_000); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("step-warm", func(b *testing.B) {
		t := open(b)
		for b.Loop() {
			if _, err := t.Step(ctx, 7_000_000); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("page-cold", func(b *testing.B) {
		for b.Loop() {
			if _, err := open(b).Page(ctx, 7_000_000, 100); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("why-50", func(b *testing.B) {
		for b.Loop() {
			if _, err := open(b).WhyValue(ctx, 7_000_003, "", 50); err != nil {
				b.Fatal(err)
			}
		}
	})
}
