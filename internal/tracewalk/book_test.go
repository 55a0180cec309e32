package tracewalk

import (
	"context"
	"testing"

	"github.com/goat-trace/goat/internal/traceview"
)

// TestBook: a large trace is opened without being read, and moves read what they
// need.
func TestBook(t *testing.T) {
	t.Parallel()
	const calls = 200_000
	r := record(t, calls, 64<<10)
	b := newBook(r, r.Traces[0])
	ctx := context.Background()
	if len(b.heads) < 50 {
		t.Fatalf("got %d segments, want many", len(b.heads))
	}
	start, _ := b.next(place{}) // the first row says that this goroutine was started
	if row := b.row(start); row == nil || row.Name() != "example.com/app.main" || b.Loaded != 1 {
		t.Fatalf("got first row %+v after reading %d segments, want main after one", row, b.Loaded)
	}
	// Steps by number, in the middle and at the ends.
	for _, step := range []uint64{1, 2, 3, 300_000, 3*calls + 1} {
		before := b.Loaded
		p, ok := b.step(ctx, step)
		if row := b.row(p); !ok || row.Step != step || b.Loaded > before+2 {
			t.Errorf("step %d: got %v, %+v after reading %d segments", step, ok, row, b.Loaded-before)
		}
	}
	if _, ok := b.step(ctx, 3*calls+2); ok {
		t.Error("got a step behind the last one")
	}
	// Every move, and back.
	call, _ := b.step(ctx, 3*1000+2) // main's step that makes a call
	in := mustMove(t, b, call, stepIn)
	if row := b.row(in); row.Depth != 2 || row.Location != 0 {
		t.Errorf("in: got %+v", row)
	}
	if got := mustMove(t, b, in, caller); got != call {
		t.Errorf("caller: got %v, want %v", got, call)
	}
	if got := mustMove(t, b, in, stepBack); got != call {
		t.Errorf("back: got %v, want %v", got, call)
	}
	next := mustMove(t, b, call, over)
	if row := b.row(next); row.Step != 3*1001+2 || row.Depth != 1 {
		t.Errorf("over: got %+v", row)
	}
	if got := mustMove(t, b, in, out); got != next {
		t.Errorf("out: got %v, want %v", got, next)
	}
	if got := mustMove(t, b, next, overBack); got != call {
		t.Errorf("over, backwards: got %v, want %v", got, call)
	}
	if got := mustMove(t, b, mustMove(t, b, call, again), before); got != call {
		t.Errorf("again and before: got %v, want %v", got, call)
	}
	if row := b.row(mustMove(t, b, in, callOf)); row.Kind != traceview.RowCall || row.Name() != "example.com/app.work" {
		t.Errorf("the call: got %+v", row)
	}
	end := mustMove(t, b, start, endOf)
	if row := b.row(end); row.Kind != traceview.RowReturn || row.Depth != 1 {
		t.Errorf("main's end: got %+v", row)
	}
	if held := len(b.pages); held > heldPages {
		t.Errorf("got %d pages held, want at most %d", held, heldPages)
	}
}

func mustMove(t *testing.T, b *book, p place, m move) place {
	t.Helper()
	got, ok := m(context.Background(), b, p, b.row(p))
	if !ok {
		t.Fatalf("there is no such row from %v", p)
	}
	return got
}

// TestOrder goes through all rows forwards and backwards, also across segments.
func TestOrder(t *testing.T) {
	t.Parallel()
	r := record(t, 3000, 8<<10)
	b := newBook(r, r.Traces[0])
	var forward []place
	for p, ok := (place{}), true; ok; p, ok = b.next(p) {
		forward = append(forward, p)
	}
	p, _ := last(context.Background(), b, place{}, nil)
	for i := len(forward) - 1; i >= 0; i-- {
		if p != forward[i] {
			t.Fatalf("row %d: got %v backwards, want %v", i, p, forward[i])
		}
		p, _ = b.previous(p)
	}
	var steps uint64
	for _, p := range forward {
		if row := b.row(p); row.Kind == traceview.RowStep {
			if steps++; row.Step != steps {
				t.Fatalf("got step %d, want %d", row.Step, steps)
			}
		}
	}
	if steps != 3*3000+1 {
		t.Errorf("got %d steps, want %d", steps, 3*3000+1)
	}
}

// TestFolds: a folded call is one row, from both sides, and what is in it comes back.
func TestFolds(t *testing.T) {
	t.Parallel()
	r := record(t, 3, 0)
	f := newFolds(newBook(r, r.Traces[0]))
	all := count(f)
	call := place{0, 4}
	row := f.row(call)
	if row.Kind != traceview.RowCall {
		t.Fatalf("got %+v, want a call", row)
	}
	end := mustMove(t, f.book, call, endOf)
	f.fold(call, end)
	if got, want := count(f), all-3; got != want {
		t.Errorf("got %d rows with a call of 3 more folded, want %d", got, want)
	}
	below, _ := f.down(call)
	if above, _ := f.up(below); above != call {
		t.Errorf("got %v above the row after a folded call, want %v", above, call)
	}
	f.reveal(place{0, 5})
	if got := count(f); got != all {
		t.Errorf("got %d rows, want %d again", got, all)
	}
	f.foldAll(context.Background(), place{0, 2}, 1, 50)
	if got, want := count(f), all-9; got != want {
		t.Errorf("got %d rows with all calls folded, want %d", got, want)
	}
}

func count(f *folds) (n int) {
	for p, ok := (place{}), true; ok; p, ok = f.down(p) {
		n++
	}
	return n
}

// TestVariables: what a variable holds at a step, was before and is later.
func TestVariables(t *testing.T) {
	t.Parallel()
	r := record(t, 4000, 8<<10)
	b := newBook(r, r.Traces[0])
	ctx := context.Background()
	at, _ := b.step(ctx, 3*2000+3) // in the call 2000 of work
	vars := b.variables(at)
	if len(vars) != 2 || vars[0].name != "n int" || vars[0].value != "20000" || vars[1].set {
		t.Fatalf("got %+v, want n = 20000", vars)
	}
	values := b.values(ctx, at, 0)
	if len(values) != 2 || values[0].value != "2000" || values[1].value != "20000" {
		t.Errorf("got the values %v, want the parameter 2000 and then 20000", values)
	}
	outer, _ := b.step(ctx, 3*2000+2)
	if vars := b.variables(outer); vars[0].value != "1999" {
		t.Errorf("got %+v in main, want n = 1999", vars)
	}
	if values := b.values(ctx, outer, 0); len(values) != 2*manyValues {
		t.Errorf("got %d values in main, want %d", len(values), 2*manyValues)
	}
}

// TestStopped: a search ends when it is told to.
func TestStopped(t *testing.T) {
	t.Parallel()
	r := record(t, 1000, 8<<10)
	b := newBook(r, r.Traces[0])
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, ok := b.forward(ctx, place{}, seek{wanted: func(*traceview.Row) bool { return false }}); ok || b.Loaded > 1 {
		t.Errorf("got %v after reading %d segments, want nothing", ok, b.Loaded)
	}
}
