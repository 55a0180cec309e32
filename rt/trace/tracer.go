package trace

import (
	"sync"
	"sync/atomic"
)

// Options say what a recording holds and when it ends.
type Options struct {
	Values bool     // the values of variables are recorded
	Redact []string // words in names and types of what is never recorded, in lower case
	Steps  int64    // the recording ends after so many steps; 0 for no limit
	Bytes  int64    // the recording ends after so many bytes of events; 0 for no limit
	Every  int      // of so many outermost calls of all goroutines one is recorded; 0 for all
	Depth  int      // calls in so many calls are not recorded; 0 for no limit
	Rounds int      // of a loop the first and the last so many rounds are recorded; 0 for all
	Rate   int64    // bytes of events a second; what is more is left out, and counted; 0 for no limit
	// FirstHits, if it is not 0, says that only outermost calls are kept in which a
	// tracking point runs for the first time, and of each so many steps.
	FirstHits int64
	// CacheLimit is how many bytes of events one goroutine caches, MemoryLimit how
	// many all of them cache together.
	CacheLimit, MemoryLimit int
}

// The default limits of caches, in bytes.
const (
	DefaultCache  = 1 << 20
	DefaultMemory = 64 << 20
)

// The limits of values.
const (
	maxText     = 128 // bytes of a string
	maxElements = 16
	maxDepth    = 2
)

// ExecutionTracer is one recording of a process. All methods may be called by any
// goroutine.
type ExecutionTracer struct {
	Run   RunID
	store *TracerStore
	share *share
	sink  Sink
	ended atomic.Bool
	limit atomic.Uint64 // that has ended it
	onEnd func(limit uint64)
	once  sync.Once

	sweeper sweeper
}

// NewTracer begins a recording into a sink, and closes the sink at its end. It
// calls onEnd, which may be nil, once, when a limit ends the recording (wire.Limit…).
// onEnd must not call Close or Stop.
func NewTracer(run RunID, sink Sink, o Options, onEnd func(limit uint64)) *ExecutionTracer {
	if o.CacheLimit == 0 {
		o.CacheLimit = DefaultCache
	}
	if o.MemoryLimit == 0 {
		o.MemoryLimit = DefaultMemory
	}
	if o.Rate > 0 { // a segment is not to take the room of many seconds
		o.CacheLimit = min(o.CacheLimit, max(firstCache, int(min(o.Rate/4, DefaultCache))))
	}
	t := &ExecutionTracer{Run: run, sink: sink, onEnd: onEnd}
	t.share = &share{
		values: o.Values, redact: o.Redact, text: maxText, elements: maxElements, depth: maxDepth,
		cacheLimit: o.CacheLimit, memoryLimit: int64(o.MemoryLimit),
		every: uint64(max(0, o.Every)), calls: max(0, o.Depth), rate: max(0, o.Rate), rounds: max(0, o.Rounds),
	}
	t.share.limited.steps, t.share.limited.bytes = o.Steps > 0, o.Bytes > 0
	t.share.steps.Store(o.Steps)
	t.share.bytes.Store(o.Bytes)
	t.store = newStore(func(trace, goroutine uint64) *TraceRecorder {
		r := newRecorder(Identity{Run: run, Trace: trace, Goroutine: goroutine}, sink, t.share)
		r.ancestry.goroutine = parentGoid() // the goroutine itself asks for its recorder
		return r
	})
	if o.FirstHits > 0 {
		t.share.firsts = &firsts{steps: o.FirstHits, newTrace: t.store.number, run: run.String()}
	}
	t.sweeper.each, t.sweeper.ended = t.store.each, &t.ended
	t.share.wake = t.sweeper.wake
	if t.share.firsts != nil { // what is cached is not to be written
		t.share.wake = func() {}
	}
	t.share.reclaim = t.store.reclaim
	t.share.end = t.end
	return t
}

// Recorder returns the recorder of the calling goroutine, nil if the recording has
// ended.
func (t *ExecutionTracer) Recorder() *TraceRecorder {
	if t.ended.Load() {
		return nil
	}
	return t.store.Get(goid())
}

// end stops the recording of new calls.
func (t *ExecutionTracer) end(limit uint64) {
	if t.refuse(limit) && t.onEnd != nil {
		t.onEnd(limit)
	}
}

// refuse makes Recorder return nil, and reports whether it did so as the first.
func (t *ExecutionTracer) refuse(limit uint64) bool {
	if !t.ended.CompareAndSwap(false, true) {
		return false
	}
	t.limit.Store(limit)
	return true
}

// Written returns how many steps and bytes of events have gone to the sink, and how
// many steps it has not taken. What is cached is not in it.
func (t *ExecutionTracer) Written() (steps, bytes, lost uint64) {
	w := &t.share.written
	return w.steps.Load(), w.bytes.Load(), w.lost.Load()
}

// Limit returns what has ended the recording: wire.Limit…, 0 if nothing has or if it
// was the program's end.
func (t *ExecutionTracer) Limit() uint64 { return t.limit.Load() }

// Close ends the recording: the caches go to the sink, also those of goroutines
// that are in traced code. What these goroutines record later is lost.
func (t *ExecutionTracer) Close() error { return t.Stop(0) }

// Stop is Close for a recording that ends before its program: each trace ends with
// the limit, or with wire.LimitStop, that is the reason.
func (t *ExecutionTracer) Stop(limit uint64) error {
	var err error
	t.once.Do(func() {
		t.refuse(limit)
		t.store.each(func(r *TraceRecorder) { r.Flush(t.Limit()) })
		t.share.closed.Store(true)
		err = t.sink.Close()
	})
	return err
}
