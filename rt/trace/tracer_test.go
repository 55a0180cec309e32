package trace

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// segments returns the heads of consecutive segments.
func segments(t *testing.T, data []byte) (heads []wire.Head, bodies [][]byte) {
	t.Helper()
	for len(data) > 0 {
		h, err := wire.ParseHead(data)
		if err != nil {
			t.Fatal(err)
		}
		body := data[wire.HeadSize:][:h.Length]
		if !h.Check(data[:wire.HeadSize], body) {
			t.Fatalf("segment %d of trace %d: the sum is wrong", h.Number, h.Trace)
		}
		heads, bodies = append(heads, h), append(bodies, body)
		data = data[wire.HeadSize+int(h.Length):]
	}
	return heads, bodies
}

func call(r *TraceRecorder, steps int) {
	r.Enter(1)
	for i := range steps {
		r.Step(uint32(i % 300))
		v := any(i)
		r.Value(wire.EventValue, 0, false, unsafe.Pointer(&v))
	}
	r.Event(wire.EventReturn)
	r.Leave()
}

// TestTracersDoNotMix: two tracers in one process record only what each of them is
// told, under their own ids.
func TestTracersDoNotMix(t *testing.T) {
	var sinks [2]Memory
	var tracers [2]*ExecutionTracer
	for i := range tracers {
		tracers[i] = NewTracer(NewRunID(), &sinks[i], Options{}, nil)
	}
	call(tracers[0].Recorder(), 3)
	call(tracers[1].Recorder(), 5)
	for i, want := range []uint64{3, 5} {
		if err := tracers[i].Close(); err != nil {
			t.Fatal(err)
		}
		heads, _ := segments(t, sinks[i].Segments())
		if len(heads) != 1 || heads[0].Steps != want || heads[0].Run != tracers[i].Run.Prefix() {
			t.Errorf("tracer %d: got %+v, want one segment of %d steps of run %x", i, heads, want, tracers[i].Run.Prefix())
		}
	}
	if tracers[0].Run == tracers[1].Run {
		t.Error("two runs have one id")
	}
	if tracers[0].Recorder() != nil {
		t.Error("got a recorder of a tracer that is closed")
	}
}

// TestStoreKeepsGoroutinesApart: each goroutine has its own recorder, and finds it
// again.
func TestStoreKeepsGoroutinesApart(t *testing.T) {
	var sink Memory
	tr := NewTracer(NewRunID(), &sink, Options{}, nil)
	const goroutines = 500
	var wait sync.WaitGroup
	var wrong atomic.Int64
	for range goroutines {
		wait.Go(func() {
			r := tr.Recorder()
			r.Enter(1)
			for i := range 100 {
				r.Step(uint32(i))
				runtime.Gosched()
				if tr.Recorder() != r || r.id.Goroutine != printedGoid() {
					wrong.Add(1)
				}
			}
			r.Leave()
		})
	}
	wait.Wait()
	if err := tr.Close(); err != nil || wrong.Load() > 0 {
		t.Fatalf("got error %v, and %d times another goroutine's recorder", err, wrong.Load())
	}
	heads, _ := segments(t, sink.Segments())
	byGoroutine := make(map[uint64]uint64)
	for _, h := range heads {
		byGoroutine[h.Goroutine] += h.Steps
	}
	if len(byGoroutine) != goroutines {
		t.Errorf("got %d goroutines, want %d", len(byGoroutine), goroutines)
	}
	for g, n := range byGoroutine {
		if n != 100 {
			t.Errorf("goroutine %d: got %d steps, want 100", g, n)
		}
	}
}

// TestCacheIsBounded: a cache is evicted as a whole at its limit, and a recorder
// never holds more than that, whatever the number of steps.
func TestCacheIsBounded(t *testing.T) {
	for _, steps := range []int{1e4, 1e6} {
		sink := new(counting)
		tr := NewTracer(NewRunID(), sink, Options{Values: true, CacheLimit: 16 << 10}, nil)
		r := tr.Recorder()
		call(r, steps)
		if got := cap(r.cache); got > 16<<10 {
			t.Errorf("%d steps: got a cache of %d bytes, want 16 KB at most", steps, got)
		}
		if got := tr.share.memory.Load(); got > 16<<10 {
			t.Errorf("%d steps: got %d bytes of caches, want 16 KB at most", steps, got)
		}
		if err := tr.Close(); err != nil {
			t.Fatal(err)
		}
		if sink.steps != uint64(steps) || sink.largest > 16<<10 || sink.next != uint64(steps)+1 {
			t.Errorf("got %d steps in segments of up to %d bytes, the next would be %d; want %d without a gap", sink.steps, sink.largest, sink.next, steps)
		}
	}
}

// counting is a Sink that only counts.
type counting struct {
	steps   uint64
	next    uint64
	largest int
}

func (c *counting) Write(h wire.Head, events []byte) error {
	if c.next != 0 && h.First != c.next {
		return errors.New("a gap")
	}
	c.steps += h.Steps
	c.next = h.First + h.Steps
	c.largest = max(c.largest, len(events))
	return nil
}

func (*counting) Close() error { return nil }

// TestMemoryOfManyGoroutines: the memory of all recorders together is limited, too.
// Goroutines that have ended give theirs up.
func TestMemoryOfManyGoroutines(t *testing.T) {
	var sink Memory
	tr := NewTracer(NewRunID(), &sink, Options{MemoryLimit: 64 << 10}, nil)
	for range 1000 {
		done := make(chan bool)
		go func() { call(tr.Recorder(), 10); close(done) }()
		<-done
	}
	if got := tr.share.memory.Load(); got > 64<<10 {
		t.Errorf("got %d bytes of caches, want 64 KB at most", got)
	}
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	heads, _ := segments(t, sink.Segments())
	var steps uint64
	for _, h := range heads {
		steps += h.Steps
	}
	if steps != 10000 {
		t.Errorf("got %d steps, want 10000", steps)
	}
}

// failing is a Sink that fails for a while.
type failing struct {
	Memory
	away atomic.Bool
}

func (f *failing) Write(h wire.Head, events []byte) error {
	if f.away.Load() {
		return errors.New("away")
	}
	return f.Memory.Write(h, events)
}

// TestGapIsMarked: the next segment counts the steps that the sink did not take.
func TestGapIsMarked(t *testing.T) {
	sink := new(failing)
	tr := NewTracer(NewRunID(), sink, Options{CacheLimit: 4 << 10}, nil)
	r := tr.Recorder()
	r.Enter(7)
	for i := range 30000 {
		sink.away.Store(i > 10000 && i < 20000)
		r.Step(1)
	}
	r.Event(wire.EventReturn)
	r.Leave()
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	heads, bodies := segments(t, sink.Segments())
	var missing uint64
	for i, h := range heads {
		if i > 0 {
			gap := h.First - heads[i-1].First - heads[i-1].Steps
			if gap > 0 && bodies[i][0] != wire.EventGap {
				t.Errorf("segment %d: %d steps are missing, and it does not begin with a gap", i, gap)
			}
			missing += gap
		}
	}
	last := heads[len(heads)-1]
	if missing == 0 || last.First+last.Steps != 30001 {
		t.Errorf("got %d steps missing and the last one is %d, want some and 30000", missing, last.First+last.Steps-1)
	}
}

// TestDroppingDoesNotWait: no recorder waits for a sink that does not return.
func TestDroppingDoesNotWait(t *testing.T) {
	block := make(chan bool)
	slow := &blocked{until: block}
	d := NewDropping(slow, 8<<10)
	tr := NewTracer(NewRunID(), d, Options{CacheLimit: 4 << 10}, nil)
	r := tr.Recorder()
	call(r, 100000) // would wait for ever
	if r.lost.steps == 0 {
		t.Error("got no steps dropped, want some")
	}
	close(block)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	heads, _ := segments(t, slow.Segments())
	if len(heads) == 0 {
		t.Error("got no segments from a sink that came back, want those that were taken")
	}
}

type blocked struct {
	Memory
	until chan bool
}

func (b *blocked) Write(h wire.Head, events []byte) error {
	<-b.until
	return b.Memory.Write(h, events)
}

// TestLimitOfSteps: the recording ends exactly at the limit, and says so.
func TestLimitOfSteps(t *testing.T) {
	var sink Memory
	ended := 0
	tr := NewTracer(NewRunID(), &sink, Options{Steps: 1000}, func(uint64) { ended++ })
	call(tr.Recorder(), 5000)
	if tr.Recorder() != nil || ended != 1 {
		t.Errorf("got a recording that goes on, told %d times that it has ended", ended)
	}
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	heads, bodies := segments(t, sink.Segments())
	var steps uint64
	for _, h := range heads {
		steps += h.Steps
	}
	last := bodies[len(bodies)-1]
	if steps != 1000 || last[len(last)-2] != wire.EventLimit || last[len(last)-1] != wire.LimitSteps {
		t.Errorf("got %d steps, ending in %x; want 1000 and the limit", steps, last[max(0, len(last)-4):])
	}
}

type holder struct {
	Name     string
	Password string
	inner    struct{ Token, Plain string }
}

// panicking panics in each method that could be called to print it.
type panicking struct{ n int }

func (panicking) String() string               { panic("String was called") }
func (panicking) Error() string                { panic("Error was called") }
func (panicking) Format(fmt.State, rune)       { panic("Format was called") }
func (panicking) MarshalJSON() ([]byte, error) { panic("MarshalJSON was called") }

type secret string

// TestValues: the bytes have no secrets, and no code of the user is called.
func TestValues(t *testing.T) {
	var sink Memory
	tr := NewTracer(NewRunID(), &sink, Options{Values: true, Redact: []string{"password", "token", "secret"}}, nil)
	r := tr.Recorder()
	r.Enter(1)
	loop := &[]any{nil}
	(*loop)[0] = loop
	h := holder{Name: "bob", Password: "hunter2"}
	h.inner.Token, h.inner.Plain = "hunter3", "plain"
	for i, v := range []any{h, &h, panicking{4}, error(panicking{5}), secret("hunter4"), loop, *loop, [3]int{1, 2, 3}, make(chan int), func() {}, map[string]string{"k": "hunter5"}, nil, 1.5, 2i, "text"} {
		r.Step(0)
		r.Value(wire.EventValue, uint32(i), i%2 == 0, unsafe.Pointer(&v))
	}
	r.Event(wire.EventReturn)
	r.Leave()
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	text := string(sink.Segments())
	for _, want := range []string{"bob", "plain", "text", "Password"} {
		if !contains(text, want) {
			t.Errorf("got segments without %q", want)
		}
	}
	if contains(text, "hunter") {
		t.Error("got a secret in a segment")
	}
}

func contains(text, part string) bool {
	for i := range text {
		if len(text)-i >= len(part) && text[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

// TestGoid compares goid's number with what the runtime prints.
func TestGoid(t *testing.T) {
	if hasGword && goidOffset() == 0 {
		t.Log("the place of a goroutine's number is not known; stacks are printed")
	}
	for range 100 {
		done := make(chan bool)
		go func() {
			if got, want := goid(), printedGoid(); got != want {
				t.Errorf("got %d, want %d", got, want)
			}
			close(done)
		}()
		<-done
	}
}

func BenchmarkStep(b *testing.B) {
	tr := NewTracer(NewRunID(), new(counting), Options{}, nil)
	r := tr.Recorder()
	r.Enter(1)
	for b.Loop() {
		r.Step(3)
	}
}

func BenchmarkValue(b *testing.B) {
	tr := NewTracer(NewRunID(), new(counting), Options{Values: true}, nil)
	r := tr.Recorder()
	r.Enter(1)
	v := any(12)
	for b.Loop() {
		r.Value(wire.EventValue, 3, false, unsafe.Pointer(&v))
	}
}

func BenchmarkCall(b *testing.B) {
	tr := NewTracer(NewRunID(), new(counting), Options{}, nil)
	r := tr.Recorder()
	r.Enter(1)
	for b.Loop() {
		r := tr.Recorder()
		r.Enter(1)
		r.Event(wire.EventReturn)
		r.Leave()
	}
}
