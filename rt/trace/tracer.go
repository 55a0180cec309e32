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
	onEnd func()
	once  sync.Once
}

// NewTracer begins a recording into a sink, and closes the sink at its end. It
// calls onEnd, which may be nil, when a limit ends the recording.
func NewTracer(run RunID, sink Sink, o Options, onEnd func()) *ExecutionTracer {
	if o.CacheLimit == 0 {
		o.CacheLimit = DefaultCache
	}
	if o.MemoryLimit == 0 {
		o.MemoryLimit = DefaultMemory
	}
	t := &ExecutionTracer{Run: run, sink: sink, onEnd: onEnd}
	t.share = &share{
		values: o.Values, redact: o.Redact, text: maxText, elements: maxElements, depth: maxDepth,
		cacheLimit: o.CacheLimit, memoryLimit: int64(o.MemoryLimit),
	}
	t.share.limited.steps, t.share.limited.bytes = o.Steps > 0, o.Bytes > 0
	t.share.steps.Store(o.Steps)
	t.share.bytes.Store(o.Bytes)
	t.store = newStore(func(trace, goroutine uint64) *TraceRecorder {
		return newRecorder(Identity{Run: run, Trace: trace, Goroutine: goroutine}, sink, t.share)
	})
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
func (t *ExecutionTracer) end() {
	if t.ended.CompareAndSwap(false, true) && t.onEnd != nil {
		t.onEnd()
	}
}

// Close ends the recording: the caches go to the sink, also those of goroutines
// that are in traced code. What these goroutines record later is lost.
func (t *ExecutionTracer) Close() error {
	var err error
	t.once.Do(func() {
		t.end()
		t.store.each((*TraceRecorder).Flush)
		err = t.sink.Close()
	})
	return err
}
