package trace

import (
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// firstHits returns a tracer that waits for first hits, and what it has written when it
// is closed.
func firstHits(t *testing.T, steps int64) (*ExecutionTracer, func() ([]wire.Head, [][]byte)) {
	t.Helper()
	sink := new(Memory)
	tr := NewTracer(NewRunID(), sink, Options{FirstHits: steps, Values: true}, nil)
	tr.share.firsts.fruitless = growTo(100)
	return tr, func() ([]wire.Head, [][]byte) {
		if err := tr.Close(); err != nil {
			t.Fatal(err)
		}
		return segments(t, sink.Segments())
	}
}

// TestFirstHitsAreKept: of many calls in many goroutines, those are kept in which a point
// runs for the first time, each from its entry on, as a trace of its own.
func TestFirstHitsAreKept(t *testing.T) {
	tr, end := firstHits(t, 2000)
	const points = 20
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			r := tr.Recorder()
			for i := range 400 {
				r.Enter(uint32(g))
				r.Step(1)
				if i%20 == g {
					if r.First(0, uint32(i/20)) {
						v := any(i)
						r.FirstValue("i", unsafe.Pointer(&v))
					}
				}
				r.Step(2)
				r.Event(wire.EventReturn)
				r.Leave()
			}
		})
	}
	wait.Wait()
	heads, _ := end()
	if len(heads) == 0 || len(heads) > points {
		t.Fatalf("got %d segments, want one for each call with a first hit, at most %d", len(heads), points)
	}
	seen := make(map[uint64]bool)
	for _, h := range heads {
		if h.First != 1 || h.Steps != 2 || h.Number != 1 || seen[h.Trace] {
			t.Errorf("got head %+v, want the two steps of one call, in a trace of its own", h)
		}
		seen[h.Trace] = true
	}
	p := tr.share.firsts.of(0)
	if len(p.hits) != points {
		t.Errorf("got %d first hits, want %d", len(p.hits), points)
	}
	text := string(tr.share.firsts.appendFirst(nil, nil, 3))
	if !strings.Contains(text, `"values":[{"name":"i","value":"6`) || !strings.Contains(text, `"step":2`) || !strings.Contains(text, `"stack":[{"func":`) {
		t.Errorf("got %s, want step 2, a value of i and a stack", text)
	}
	if text := tr.share.firsts.appendFirst(nil, nil, 99); len(text) > 0 {
		t.Errorf("got %s for a point that never ran", text)
	}
}

// TestFirstHitAfterManySteps: what came long before a first hit is forgotten, what comes
// after it is bounded, and both are said.
func TestFirstHitAfterManySteps(t *testing.T) {
	tr, end := firstHits(t, 100)
	r := tr.Recorder()
	r.Enter(1)
	for range 950 {
		r.Step(1)
	}
	r.First(0, 1)
	for range 5000 {
		r.Step(2)
	}
	r.Event(wire.EventReturn)
	r.Leave()
	heads, bodies := end()
	if len(heads) != 1 || heads[0].First != 901 || heads[0].Steps != 50+100 {
		t.Errorf("got %+v, want the 50 steps from 901 on and 100 more", heads)
	}
	if body := string(bodies[0]); !strings.Contains(body, string([]byte{wire.EventLimit, wire.LimitSteps})) {
		t.Errorf("got no limit in %x", body)
	}
}

// TestFruitlessCallsAreWatched: an outermost function that has nothing new is recorded
// seldom, and a first hit in one of its other calls is recorded from the point on.
func TestFruitlessCallsAreWatched(t *testing.T) {
	tr, end := firstHits(t, 100)
	r := tr.Recorder()
	silent := 0
	call := func(hit bool) {
		r.Enter(1)
		r.Step(1)
		if r.quiet&watching != 0 {
			silent++
		}
		if hit {
			r.First(0, 1)
		}
		r.Step(2)
		r.Event(wire.EventReturn)
		r.Leave()
	}
	for range patient + 10*seldom + 1 {
		call(false)
	}
	if silent < 9*seldom || silent > 10*seldom {
		t.Errorf("got %d calls that were only watched, want most of %d", silent, 10*seldom)
	}
	before := silent
	call(true)
	if silent == before {
		t.Error("got a call that was recorded, want one that was watched")
	}
	call(false) // is recorded again, in vain
	if silent != before+1 {
		t.Error("got a call that was watched after a first hit, want one that is recorded")
	}
	heads, bodies := end()
	if len(heads) != 1 || heads[0].Steps != 1 || bodies[0][0] != wire.EventOpen || bodies[0][1] != 1 {
		t.Errorf("got %+v and %x, want one step, and before it the open call", heads, bodies)
	}
}

// TestStopWhileWaiting: a tracer that ends in the middle of calls keeps nothing of those
// without a first hit, and races with nobody.
func TestStopWhileWaiting(t *testing.T) {
	tr, end := firstHits(t, 100)
	var wait sync.WaitGroup
	ready := make(chan bool)
	stop := make(chan bool)
	for range 4 {
		wait.Go(func() {
			r := tr.Recorder()
			r.Enter(1)
			r.Step(1)
			ready <- true
			for {
				select {
				case <-stop:
					r.Leave()
					return
				default:
					r.Step(2)
				}
			}
		})
	}
	for range 4 {
		<-ready
	}
	if heads, _ := end(); len(heads) != 0 {
		t.Errorf("got %+v, want nothing", heads)
	}
	close(stop)
	wait.Wait()
}
