package relations

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"sync"

	"github.com/goat-trace/goat/hub/trace"
	steps "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Engine answers from a store. It can be used by several goroutines at once.
type Engine struct {
	Reader trace.Reader
	cache  *cache
}

// New returns an engine that keeps decoded segments of about so many bytes.
func New(r trace.Reader, memory int) *Engine { return &Engine{r, newCache(memory)} }

// Run is a run that is open.
type Run struct {
	trace.Run
	Traces    []trace.Trace
	Functions *steps.Functions

	engine *Engine

	mu   sync.Mutex
	open map[uint64]*Trace
}

// Run opens a run by its number, its id or the beginning of that.
func (e *Engine) Run(ctx context.Context, name string) (*Run, error) {
	r, err := e.Reader.Run(ctx, name)
	if err != nil {
		return nil, err
	}
	tables, err := e.Reader.Tables(ctx, r.RunID)
	if err != nil {
		return nil, fmt.Errorf("reading the tables of run %.8s: %w", r.RunID, err)
	}
	traces, err := e.Reader.Traces(ctx, r.RunID)
	if err != nil {
		return nil, fmt.Errorf("reading the traces of run %.8s: %w", r.RunID, err)
	}
	return &Run{Run: r, Traces: traces, Functions: steps.NewFunctions(r.Description, tables), engine: e}, nil
}

// Main returns the number of the main goroutine's trace, else of the one with the
// most steps, and 0 if there is none.
func (r *Run) Main() uint64 {
	var best *trace.Trace
	for i := range r.Traces {
		t := &r.Traces[i]
		if best == nil || t.IsMain() && !best.IsMain() || t.IsMain() == best.IsMain() && t.Steps > best.Steps {
			best = t
		}
	}
	if best == nil {
		return 0
	}
	return best.Number
}

// Trace is a trace that is open: its index entries are in memory.
type Trace struct {
	trace.Trace
	Run     *Run
	entries []*trace.Entry
	keys    [][]uint64       // of each entry's pending accesses
	shared  [][]trace.Access // of each entry, with the pending ones, by key
}

// Trace opens a trace of the run; number 0 is Main.
func (r *Run) Trace(ctx context.Context, number uint64) (*Trace, error) {
	if number == 0 {
		number = r.Main()
	}
	i := slices.IndexFunc(r.Traces, func(t trace.Trace) bool { return t.Number == number })
	if i < 0 {
		return nil, fmt.Errorf("trace %d of run %.8s: %w; it has %d traces", number, r.RunID, trace.ErrNotFound, len(r.Traces))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.open[number]; t != nil {
		return t, nil
	}
	entries, err := r.engine.Reader.Index(ctx, r.RunID, number, 0)
	if err != nil {
		return nil, fmt.Errorf("reading the index of trace %d: %w", number, err)
	}
	t := &Trace{Trace: r.Traces[i], Run: r, entries: entries}
	t.resolve()
	if r.open == nil {
		r.open = make(map[uint64]*Trace)
	}
	r.open[number] = t
	return t, nil
}

// resolve finds the keys that depend on what variables held when a segment began.
func (t *Trace) resolve() {
	type callHolds map[uint64]trace.Held
	open := make(map[uint64]callHolds) // by place
	for i, e := range t.entries {
		if i > 0 && !e.Follows(t.entries[i-1]) {
			clear(open)
		}
		keys := make([]uint64, len(e.Pending))
		for j := range e.Pending {
			if key, ok := e.Pending[j].Resolve(func(place, v uint64) (trace.Held, bool) {
				h, ok := open[place][v]
				return h, ok
			}); ok {
				keys[j] = key
			}
		}
		t.keys = append(t.keys, keys)
		t.shared = append(t.shared, merge(e, keys))
		next := make(map[uint64]callHolds)
		for place, h := range open {
			if place < e.Low {
				next[place] = h
			}
		}
		for j := range e.Calls {
			u := &e.Calls[j]
			if u.End == 0 {
				if u.Start > 0 {
					delete(next, u.Start-1)
				}
				continue
			}
			holds := make(callHolds)
			if u.Start > 0 {
				for v, h := range open[u.Start-1] {
					holds[v] = h
				}
			}
			for _, h := range u.Held {
				holds[h.Variable] = h
			}
			next[u.End-1] = holds
		}
		open = next
	}
}

// merge returns the accesses of an entry by key.
func merge(e *trace.Entry, keys []uint64) []trace.Access {
	list := e.Shared
	cloned := false
	for j, key := range keys {
		if key == 0 {
			continue
		}
		if !cloned {
			list, cloned = slices.Clone(list), true
		}
		a := e.Pending[j].Access
		a.Key = key
		list = append(list, a)
	}
	if !cloned {
		return list
	}
	slices.SortStableFunc(list, func(a, b trace.Access) int {
		switch {
		case a.Key < b.Key:
			return -1
		case a.Key > b.Key:
			return 1
		}
		return 0
	})
	out := list[:0]
	for _, a := range list {
		if n := len(out); n > 0 && out[n-1].Key == a.Key {
			join(&out[n-1], a)
			continue
		}
		out = append(out, a)
	}
	return out
}

func join(to *trace.Access, a trace.Access) {
	if a.FirstRead > 0 && (to.FirstRead == 0 || a.FirstRead < to.FirstRead) {
		to.FirstRead = a.FirstRead
	}
	to.LastRead = max(to.LastRead, a.LastRead)
	if a.Writes > 0 && (to.Writes == 0 || a.LastAt >= to.LastAt) {
		if to.Writes > 0 && a.LastAt == to.LastAt && a.LastWrite < to.LastWrite {
			a.LastWrite, a.Entered, a.Done = to.LastWrite, to.Entered, to.Done
		}
		to.LastWrite, to.LastAt, to.Entered, to.Done = a.LastWrite, a.LastAt, a.Entered, a.Done
	}
	to.Writes += a.Writes
}

// skipped reports whether a limit has left steps out between two steps.
func (t *Trace) skipped(from, to uint64) bool {
	i := sort.Search(len(t.entries), func(i int) bool { return t.entries[i].Last() >= from })
	for ; i < len(t.entries) && t.entries[i].First <= to; i++ {
		for _, s := range t.entries[i].Skips {
			if s.After >= from && s.After < to {
				return true
			}
		}
	}
	return false
}

// Parent returns the trace and step that have started the goroutine, 0 if that is
// not known or was not recorded.
func (t *Trace) Parent() (number, step uint64) {
	for _, e := range t.entries {
		if e.ParentTrace > 0 {
			return e.ParentTrace, e.ParentStep
		}
	}
	return 0, 0
}

// access returns what an entry says of a key, nil for nothing.
func (t *Trace) access(entry int, key uint64) *trace.Access {
	list := t.shared[entry]
	i := sort.Search(len(list), func(i int) bool { return list[i].Key >= key })
	if i == len(list) || list[i].Key != key {
		return nil
	}
	return &list[i]
}

// Last returns the number of the trace's last step, 0 if it has none.
func (t *Trace) Last() uint64 {
	if len(t.entries) == 0 {
		return 0
	}
	return t.entries[len(t.entries)-1].Last()
}

// Gap is a part of a trace that is missing.
type Gap struct {
	After uint64 // the last step before it
	Steps uint64 // how many are missing, 0 if that is not known
	Why   string
}

// Gaps returns what is missing of the trace.
func (t *Trace) Gaps() []Gap {
	var gaps []Gap
	for i, e := range t.entries {
		if e.Damaged != "" {
			gaps = append(gaps, Gap{After: e.First - 1, Why: fmt.Sprintf("segment %d is damaged: %s", e.Number, e.Damaged)})
		}
		for _, s := range e.Skips {
			gaps = append(gaps, Gap{After: s.After, Steps: s.Steps, Why: "left out by the limit of " + wire.LimitName(s.Limit)})
		}
		var last uint64
		if i > 0 {
			last = t.entries[i-1].Last()
			if e.Number == t.entries[i-1].Number+1 && e.First == last+1 {
				continue
			}
		} else if e.First == 1 {
			continue
		}
		gaps = append(gaps, Gap{After: last, Steps: e.First - 1 - min(last, e.First-1), Why: "steps are missing"})
	}
	return gaps
}

// ErrNoStep says that a trace does not have a step.
type ErrNoStep struct {
	Trace, Step, Last uint64
	Missing           bool // it was taken, and is not there
}

func (e ErrNoStep) Error() string {
	switch {
	case e.Missing:
		return fmt.Sprintf("step %d of trace %d is missing: a limit has left it out, it was dropped while recording, or its segment is damaged", e.Step, e.Trace)
	case e.Last == 0:
		return fmt.Sprintf("trace %d has no step %d: it has none at all", e.Trace, e.Step)
	}
	return fmt.Sprintf("trace %d has no step %d; its last one is %d", e.Trace, e.Step, e.Last)
}

// Is makes an ErrNoStep a trace.ErrNotFound.
func (e ErrNoStep) Is(target error) bool { return target == trace.ErrNotFound }

// entryOf returns the index of the entry that has a step.
func (t *Trace) entryOf(step uint64) (int, error) {
	i := sort.Search(len(t.entries), func(i int) bool { return t.entries[i].Last() >= step || t.entries[i].First > step })
	if step == 0 || i == len(t.entries) {
		return 0, ErrNoStep{Trace: t.Number, Step: step, Last: t.Last()}
	}
	if t.entries[i].First > step || t.entries[i].Last() < step {
		return 0, ErrNoStep{Trace: t.Number, Step: step, Last: t.Last(), Missing: true}
	}
	return i, nil
}

// parts loads segments by the indexes of their entries, with one question to the
// store.
func (t *Trace) parts(ctx context.Context, entries ...int) ([]*part, error) {
	list := make([]*part, len(entries))
	var missing []uint64
	for i, n := range entries {
		if list[i] = t.Run.engine.cache.get(t.place(n)); list[i] == nil {
			missing = append(missing, t.entries[n].Number)
		}
	}
	if len(missing) == 0 {
		return list, nil
	}
	slices.Sort(missing)
	missing = slices.Compact(missing)
	segments, err := t.Run.engine.Reader.Segments(ctx, t.Run.RunID, t.Number, missing)
	if err != nil {
		return nil, fmt.Errorf("reading segments of trace %d: %w", t.Number, err)
	}
	loaded := make(map[uint64]*part, len(segments))
	for i, s := range segments {
		p := &part{place: place{t.Run.RunID, t.Number, missing[i]}, segment: s, Decoded: trace.Decode(s, t.Run.Functions)}
		if s.Events != nil {
			t.Run.engine.cache.put(p)
		}
		loaded[missing[i]] = p
	}
	for i, n := range entries {
		if list[i] == nil {
			list[i] = loaded[t.entries[n].Number]
		}
	}
	return list, nil
}

func (t *Trace) place(entry int) place { return place{t.Run.RunID, t.Number, t.entries[entry].Number} }

// at is a step in a segment that is in memory.
type at struct {
	*part
	entry int
	index int32
	step  uint64
}

// at finds a step.
func (t *Trace) at(ctx context.Context, step uint64) (at, error) {
	n, err := t.entryOf(step)
	if err != nil {
		return at{}, err
	}
	list, err := t.parts(ctx, n)
	if err != nil {
		return at{}, err
	}
	return t.in(list[0], n, step)
}

// in finds a step in a segment.
func (t *Trace) in(p *part, entry int, step uint64) (at, error) {
	i, ok := p.Index(step)
	if !ok {
		return at{}, ErrNoStep{Trace: t.Number, Step: step, Last: t.Last(), Missing: true}
	}
	return at{p, entry, i, step}, nil
}

func (a at) call() *trace.Call     { return &a.Calls[a.Steps[a.index].Call] }
func (a at) callIndex() int32      { return a.Steps[a.index].Call }
func (a at) number(i int32) uint64 { return a.Number(i) }

// First returns the number of the trace's first step that is there, 0 for none.
func (t *Trace) First() uint64 {
	for _, e := range t.entries {
		if e.Steps > 0 {
			return e.First
		}
	}
	return 0
}

// EndedAt is the last reading of the clock, as Unix nanoseconds.
func (t *Trace) EndedAt() int64 {
	if len(t.entries) == 0 {
		return t.Started
	}
	return t.entries[len(t.entries)-1].Ended
}

// Outermost returns the name of the function in which the trace begins, as far as
// the index entries say it.
func (t *Trace) Outermost() string {
	for _, e := range t.entries {
		if e.Outermost > 0 {
			if fn, table := t.Run.Functions.Lookup(e.Outermost - 1); fn != nil {
				return table.Package + "." + fn.Name
			}
		}
	}
	return ""
}
