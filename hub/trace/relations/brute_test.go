package relations

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
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
		g := generate(r, 60+r.IntN(120), 4+r.IntN(40))
		m := newMemory(g.table, g.segments)
		compare(t, uint64(seed), g, New(m, 1<<20))
		if t.Failed() {
			return
		}
	}
}

func compare(t *testing.T, seed uint64, g *generated, e *Engine) {
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
	for step := uint64(1); step <= g.number(); step++ {
		a, err := tr.at(ctx, step)
		if err != nil {
			t.Fatalf("seed %d: step %d: %v", seed, step, err)
		}
		s := g.at(step)
		got := tr.relations(a)
		var in uint64
		if step < g.number() {
			in = step + 1
		}
		want := Relations{ControlDominator: g.controlDominator(step), StepIn: in, StepOver: g.stepOver(step), InvocationParent: s.frame.caller}
		if got != want {
			t.Errorf("seed %d: step %d: got %+v, want %+v", seed, step, got, want)
		}
		l := a.Location(a.index)
		for _, v := range l.Reads {
			o, err := tr.writtenBy(ctx, a, v)
			if err != nil {
				t.Fatal(err)
			}
			if want := g.writtenBy(step, v); o.Step != want || o.Unknown != Known {
				t.Errorf("seed %d: step %d: variable %d was written by %+v, want step %d (key %q)", seed, step, v, o, want, s.keys[v])
			}
		}
		for _, v := range l.Writes {
			list, err := tr.readBy(ctx, a, v, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if want := g.readBy(step, v); !slices.Equal(list, want) {
				t.Errorf("seed %d: step %d: variable %d is read by %v, want %v (key %q)", seed, step, v, list, want, s.keys[v])
			}
		}
		if t.Failed() {
			return
		}
	}
}
