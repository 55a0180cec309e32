package relations

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/goat-trace/goat/hub/trace/tracetest"
)

// TestBruteForce compares every relation of every step of generated traces with
// what looking at all steps before gives.
func TestBruteForce(t *testing.T) {
	traces := 3000
	if testing.Short() {
		traces = 300
	}
	for seed := range traces {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		g := tracetest.Generate(r, 60+r.IntN(120), 4+r.IntN(40))
		m := tracetest.NewMemory(g.Table, g.Segments)
		compare(t, uint64(seed), g, New(m, 1<<20))
		if t.Failed() {
			return
		}
	}
}

func compare(t *testing.T, seed uint64, g *tracetest.Trace, e *Engine) {
	t.Helper()
	ctx := context.Background()
	run, err := e.Run(ctx, "1")
	if err != nil {
		t.Fatal(err)
	}
	tr, err := run.Trace(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if gaps := tr.Gaps(); len(gaps) > 0 {
		t.Fatalf("seed %d: gaps: %v", seed, gaps)
	}
	for step := uint64(1); step <= g.Number(); step++ {
		a, err := tr.at(ctx, step)
		if err != nil {
			t.Fatalf("seed %d: step %d: %v", seed, step, err)
		}
		got := tr.relations(a)
		var in uint64
		if step < g.Number() {
			in = step + 1
		}
		want := Relations{ControlDominator: g.ControlDominator(step), StepIn: in, StepOver: g.StepOver(step), InvocationParent: g.Caller(step)}
		if got != want {
			t.Errorf("seed %d: step %d: got %+v, want %+v", seed, step, got, want)
		}
		l := a.Location(a.index)
		for _, v := range l.Reads {
			o, err := tr.writtenBy(ctx, a, v)
			if err != nil {
				t.Fatal(err)
			}
			if want := g.WrittenBy(step, v); o.Step != want || o.Unknown != Known {
				t.Errorf("seed %d: step %d: variable %d was written by %+v, want step %d", seed, step, v, o, want)
			}
		}
		for _, v := range l.Writes {
			list, err := tr.readBy(ctx, a, v, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if want := g.ReadBy(step, v); !slices.Equal(list, want) {
				t.Errorf("seed %d: step %d: variable %d is read by %v, want %v", seed, step, v, list, want)
			}
		}
		if t.Failed() {
			return
		}
	}
}
