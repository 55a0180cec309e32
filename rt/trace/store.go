package trace

import (
	"sync"
	"sync/atomic"
)

// TracerStore maps goroutines to their recorders. A goroutine finds its own
// recorder without a lock; only a goroutine that has none yet takes the lock.
type TracerStore struct {
	table atomic.Pointer[table]

	mu     sync.Mutex
	live   map[uint64]*TraceRecorder
	traces uint64 // recorders made so far
	swept  int    // recorders that the last sweep left
	create func(trace, goroutine uint64) *TraceRecorder
}

func newStore(create func(trace, goroutine uint64) *TraceRecorder) *TracerStore {
	s := &TracerStore{live: map[uint64]*TraceRecorder{}, create: create}
	s.table.Store(newTable(64))
	return s
}

// table is an open-addressed hash table of a power of two slots, never full.
type table struct {
	slots []slot
	shift uint
	used  int // slots that are not free, those of recorders that are gone included; guarded by the store's mu
}

type slot struct {
	goroutine atomic.Uint64 // 0 is free
	recorder  atomic.Pointer[TraceRecorder]
}

func newTable(size int) *table {
	t := &table{slots: make([]slot, size), shift: 64}
	for n := size; n > 1; n >>= 1 {
		t.shift--
	}
	return t
}

// find returns the slot of a goroutine, or the free slot where it would go.
func (t *table) find(goroutine uint64) *slot {
	i := goroutine * 0x9e3779b97f4a7c15 >> t.shift
	for {
		s := &t.slots[i]
		if g := s.goroutine.Load(); g == goroutine || g == 0 {
			return s
		}
		i = (i + 1) & uint64(len(t.slots)-1)
	}
}

func (t *table) put(r *TraceRecorder) {
	s := t.find(r.id.Goroutine)
	if s.goroutine.Load() == 0 {
		t.used++
	}
	s.recorder.Store(r)
	s.goroutine.Store(r.id.Goroutine)
}

// find returns the recorder of a goroutine, nil if it has none.
func (s *TracerStore) find(goroutine uint64) *TraceRecorder {
	return s.table.Load().find(goroutine).recorder.Load()
}

// Get returns the recorder of a goroutine, which must be the caller's.
func (s *TracerStore) Get(goroutine uint64) *TraceRecorder {
	if r := s.table.Load().find(goroutine).recorder.Load(); r != nil && r.take() {
		return r
	}
	return s.add(goroutine)
}

// add makes a recorder for a goroutine that has none, or whose recorder was given
// up because it was not used.
func (s *TracerStore) add(goroutine uint64) *TraceRecorder {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.live) > 64+2*s.swept {
		s.sweep()
	}
	s.traces++
	r := s.create(s.traces, goroutine)
	r.take()
	s.live[goroutine] = r
	t := s.table.Load()
	if t.used*2 >= len(t.slots) {
		bigger := newTable(max(64, nextPower(4*len(s.live))))
		for _, r := range s.live {
			bigger.put(r)
		}
		s.table.Store(bigger)
		return r
	}
	t.put(r)
	return r
}

// number returns the number of a further trace.
func (s *TracerStore) number() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.traces++
	return s.traces
}

func nextPower(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// sweep gives up the recorders of goroutines that have not been in traced code for
// a second. Most of these goroutines have ended, but nothing tells the tracer so.
func (s *TracerStore) sweep() {
	now := nanotime()
	for g, r := range s.live {
		if r.giveUp(now) {
			delete(s.live, g)
		}
	}
	s.swept = len(s.live)
}

// each calls f for all recorders.
func (s *TracerStore) each(f func(*TraceRecorder)) {
	s.mu.Lock()
	all := make([]*TraceRecorder, 0, len(s.live))
	for _, r := range s.live {
		all = append(all, r)
	}
	s.mu.Unlock()
	for _, r := range all {
		f(r)
	}
}

// reclaim gives up all idle recorders, however short they have been idle, to free
// their memory.
func (s *TracerStore) reclaim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for g, r := range s.live {
		if r.giveUp(1 << 62) {
			delete(s.live, g)
		}
	}
}
