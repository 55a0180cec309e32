package trace

import (
	"reflect"
	"testing"
	"time"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// reaches returns all types that values of a type lead to by fields, pointers, slices and
// maps. What a function does, and what an interface holds, is not in a type.
func reaches(t reflect.Type, seen map[reflect.Type]bool) map[reflect.Type]bool {
	if seen[t] {
		return seen
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		reaches(t.Elem(), seen)
	case reflect.Map:
		reaches(t.Key(), seen)
		reaches(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Type.PkgPath() == "sync/atomic" && f.Type.Kind() == reflect.Struct && f.Type.NumMethod() == 0 { // atomic.Pointer[T]
				if m, ok := reflect.PointerTo(f.Type).MethodByName("Load"); ok {
					reaches(m.Type.Out(0), seen)
				}
			}
			reaches(f.Type, seen)
		}
	}
	return seen
}

// TestArrowsPointOneWay: a tracer has a store, the store has recorders, and none of them
// knows its owner.
func TestArrowsPointOneWay(t *testing.T) {
	tracer, store, recorder := reflect.TypeFor[ExecutionTracer](), reflect.TypeFor[TracerStore](), reflect.TypeFor[TraceRecorder]()
	from := func(t reflect.Type) map[reflect.Type]bool { return reaches(t, map[reflect.Type]bool{}) }
	for _, c := range []struct {
		from, to reflect.Type
		want     bool
	}{
		{tracer, store, true}, {store, recorder, true}, {recorder, reflect.TypeFor[Sink](), true},
		{recorder, store, false}, {recorder, tracer, false}, {store, tracer, false},
	} {
		if got := from(c.from)[c.to]; got != c.want {
			t.Errorf("%v leads to %v: got %t, want %t", c.from, c.to, got, c.want)
		}
	}
}

// TestRecorderGetsItsSink: a recorder's sink comes with its construction. The id of its
// trace is the run's and the goroutine's. At the threshold all of the cache goes to the
// sink as one segment, and the next segment begins with the next step.
func TestRecorderGetsItsSink(t *testing.T) {
	var sink Memory
	run := NewRunID()
	tr := NewTracer(run, new(Memory), Options{}, nil) // for what recorders share
	tr.share.cacheLimit = 8 << 10
	r := newRecorder(Identity{Run: run, Trace: 3, Goroutine: 77}, &sink, tr.share)
	r.take()
	r.Enter(1)
	for range 50_000 {
		r.Step(1)
	}
	if got := r.end(); got > 8<<10 {
		t.Errorf("got %d bytes in the cache, want 8 KB at most", got)
	}
	r.Flush(0)
	heads, _ := segments(t, sink.Segments())
	next, full := uint64(1), 0
	for i, h := range heads {
		if h.Run != run.Prefix() || h.Trace != 3 || h.Goroutine != 77 || h.Number != uint64(i+1) || h.First != next {
			t.Errorf("segment %d: got head %+v, want trace 3 of goroutine 77 in run %x, and step %d first", i+1, h, run.Prefix(), next)
		}
		next += h.Steps
		if int(h.Length)+eventRoom+1 > 8<<10 {
			full++
		}
	}
	if next != 50_001 || full != len(heads)-1 {
		t.Errorf("got %d steps, and %d of %d segments of a full cache; want 50000, and all but the last", next-1, full, len(heads))
	}
}

// TestSweeper: what is recorded reaches the sink although no cache is full and no call
// ends, and the sweeper ends when nothing happens any more.
func TestSweeper(t *testing.T) {
	sink := new(Memory)
	tr := NewTracer(NewRunID(), sink, Options{}, nil)
	idle, step, done := make(chan bool), make(chan bool), make(chan bool)
	go func() { // leaves traced code
		call(tr.Recorder(), 3)
		close(idle)
		<-done
	}()
	go func() { // stays in it
		r := tr.Recorder()
		r.Enter(1)
		for range step {
			r.Step(1)
		}
		r.Leave()
	}()
	<-idle
	step <- true
	steps := func() (n uint64) {
		heads, _ := segments(t, sink.Segments())
		for _, h := range heads {
			n += h.Steps
		}
		return n
	}
	eventually(t, "the sweeper's end", func() bool { return !tr.sweeper.running.Load() })
	if n := steps(); n < 3 {
		t.Errorf("got %d steps of a goroutine that has left traced code, want 3", n)
	}
	step <- true // it writes what was before
	step <- true
	eventually(t, "4 steps", func() bool { return steps() >= 4 })
	eventually(t, "the sweeper's end", func() bool { return !tr.sweeper.running.Load() })
	close(step)
	close(done)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if n := steps(); n != 6 {
		t.Errorf("got %d steps, want 6", n)
	}
}

// TestRounds: of a loop the first and last rounds stay, in whatever is around it, and the
// numbers of steps are those that were taken.
func TestRounds(t *testing.T) {
	for _, limit := range []int{1, 3, 100} {
		var sink Memory
		tr := NewTracer(NewRunID(), &sink, Options{Rounds: limit, CacheLimit: 1 << 20}, nil)
		r := tr.Recorder()
		r.Enter(1)
		for range 5000 {
			r.Round(7)
			r.Step(7)
			for range 40 {
				r.Round(9)
				r.Step(9)
				r.Enter(2)
				r.Step(1)
				r.Event(wire.EventReturn)
				r.Leave()
			}
		}
		r.Step(3)
		r.Event(wire.EventReturn)
		r.Leave()
		if err := tr.Close(); err != nil {
			t.Fatal(err)
		}
		heads, _ := segments(t, sink.Segments())
		var steps, bytes uint64
		for _, h := range heads {
			steps += h.Steps
			bytes += uint64(h.Length)
		}
		if want := uint64(5000*(1+40*2) + 1); steps != want {
			t.Errorf("limit %d: got %d steps, want %d", limit, steps, want)
		}
		if most := uint64(3 * limit * min(40, 3*limit+8) * 8 * 2); bytes > most+4096 {
			t.Errorf("limit %d: got %d bytes, want %d at most", limit, bytes, most+4096)
		}
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
