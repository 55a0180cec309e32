package trace

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"

	steps "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// Decoded is a segment in memory: its steps, its calls, and which variables they
// access. It has no values; Values finds those. It is read only, by any number of
// goroutines.
type Decoded struct {
	Head      wire.Head
	Functions *steps.Functions
	Damaged   string
	Limit     uint64
	Hidden    uint64
	Steps     []Step
	Calls     []Call // first those that are open at the start, the outermost first
	Accesses  []SharedAccess
	Pending   []PendingAccess // their keys are not known by the segment alone
	Times     []Reading
	Skips     []Skip
	Parent    steps.Parent // the step that has started the goroutine, if the segment says it
	Ended     bool         // the goroutine has ended
	Written   int          // how many values it has

	// TailLow is the lowest that the stack was after the last step.
	TailLow int32

	start, end []int32 // the stack: indexes of calls
	tops       []Top
	low        uint64
	uses       map[uint64][]variable

	byKeyOnce sync.Once
	byKey     map[uint64][]int32
}

// Outcome says which way a step's condition went.
type Outcome int8

// The outcomes.
const (
	NoCondition Outcome = iota
	NotMet
	Met
)

// Skip is a part of a trace that a limit has left out. Its steps count.
type Skip struct {
	After uint64 // the last step before it
	Steps uint64
	Limit uint64 // wire.LimitRounds…
}

// Step is one step of a segment. Its number is Number of its index.
type Step struct {
	Call     int32 // index of its call
	Location int32
	Height   int32 // of the stack
	Low      int32 // the lowest that the stack was since the step before in the trace
	Before   int32 // index of the step before it in the same call, -1 for none in the segment
	Outcome  Outcome
}

// Call is a call that does something in a segment, or is open in it.
type Call struct {
	Place    int // in the stack at the segment's start, -1 if it is entered in the segment
	EndPlace int // at the end, -1 if it has ended
	Number   uint64
	Function *steps.Function // nil if no table has it
	Table    *steps.Table
	// Caller is the step that made the call. It is 0 if there is none, or if it is
	// in a segment before; CallerCall is then the call that it belongs to.
	Caller      uint64
	CallerCall  int32  // index, -1 for none or not known
	At          uint64 // the trace's last step when the call was entered
	First, Last int32  // indexes of its steps, -1 for none
	Left        bool
	LeftAt      uint64 // the trace's last step when it ended
	Unwound     bool
	held        map[uint64]Held
	touched     bool
}

// SharedAccess is an access of a step to a variable that several calls can reach.
type SharedAccess struct {
	At       uint64 // the trace's last step when it happened
	Step     uint64 // the step that it belongs to: At, or the step that made a call
	Call     int32  // whose variable it is
	Variable int32
	Key      uint64
	Pending  int32 // 1 + index of what its key depends on, 0 if Key is known
	Write    bool
	Entered  bool // the variable is a parameter, and Step the step that made the call
	Done     bool // the value was there at At; else Step writes it before it ends
}

// Reading is a reading of the clock.
type Reading struct {
	Step uint64 // the first after it
	Time int64  // Unix nanoseconds
}

// Decode reads a segment. If it cannot be read to its end, Damaged says why, and
// the rest of it is there.
func Decode(s Segment, functions *steps.Functions) *Decoded {
	return decode(s, functions, nil)
}

func decode(s Segment, functions *steps.Functions, values func(Value)) *Decoded {
	d := &Decoded{Head: s.Head, Functions: functions, uses: make(map[uint64][]variable)}
	if s.Events == nil {
		d.Damaged = "it is not there"
		return d
	}
	p := &decoding{
		Decoded: d, calls: make(map[*steps.Call]int32), pending: make(map[PendingAccess]int32),
		w: functions.WalkOne(s.Head, s.Events), values: values, parts: make(map[uint64][]bool),
	}
	defer p.w.Close()
	p.run()
	return d
}

// Value is a value that a segment has.
type Value struct {
	Step     uint64 // that wrote it: the last one of its call, 0 for a parameter or if it is in a segment before
	Call     int32  // index
	Variable int    // or number of the result
	Result   bool
	Value    steps.Value
}

// Values returns the values in a segment for which want returns true.
func Values(s Segment, functions *steps.Functions, want func(*Value) bool) []Value {
	var list []Value
	decode(s, functions, func(v Value) {
		if want(&v) {
			list = append(list, v)
		}
	})
	return list
}

// decoding is the state of Decode.
type decoding struct {
	*Decoded
	w       *steps.Walk
	calls   map[*steps.Call]int32
	pending map[PendingAccess]int32
	started bool
	last    uint64 // number of the last step
	lowest  uint64
	since   uint64 // the last step, the lowest
	top     uint64
	values  func(Value)
	parts   map[uint64][]bool // by function, the variables that keys depend on
}

func (p *decoding) run() {
	for {
		it, ok := p.w.Next()
		if !p.started {
			p.start()
		}
		if !ok {
			break
		}
		p.item(it)
	}
	for i, c := range p.w.Calls {
		n := p.call(c)
		p.end = append(p.end, n)
		if p.Calls[n].EndPlace < 0 {
			p.Calls[n].EndPlace = i + int(p.Hidden)
		}
	}
	p.low = p.lowest
	p.TailLow = int32(p.since)
	if taken := p.number() + 1 - p.Head.First; taken != p.Head.Steps && p.Damaged == "" {
		p.Damaged = fmt.Sprintf("it has %d steps where its head says %d", taken, p.Head.Steps)
	}
}

// start notes the calls that are open at the segment's start.
func (p *decoding) start() {
	p.started = true
	p.last = p.Head.First - 1
	p.Hidden = p.w.Hidden
	for _, c := range p.w.Start {
		n, known := p.calls[c]
		if !known {
			n = p.add(c)
			p.Calls[n].Place = len(p.Decoded.start) + int(p.Hidden)
		}
		p.Decoded.start = append(p.Decoded.start, n)
	}
	p.lowest, p.since, p.top = math.MaxInt32, math.MaxInt32, math.MaxInt32+1
}

// call returns the index of an open call.
func (p *decoding) call(c *steps.Call) int32 {
	if n, ok := p.calls[c]; ok {
		return n
	}
	return p.add(c) // its beginning is missing
}

func (p *decoding) add(c *steps.Call) int32 {
	n := int32(len(p.Calls))
	p.calls[c] = n
	p.Calls = append(p.Calls, Call{
		Place: -1, EndPlace: -1, Number: c.Number, Function: c.Function, Table: c.Table,
		CallerCall: -1, First: -1, Last: -1, At: p.number(),
	})
	if _, ok := p.uses[c.Number]; !ok && c.Function != nil {
		p.uses[c.Number] = variables(c.Function, c.Table)
		p.parts[c.Number] = keyParts(p.uses[c.Number])
	}
	return n
}

// number returns the number of the last step.
func (p *decoding) number() uint64 { return p.last }

// lower notes that so many calls are open, if there were never fewer.
func (p *decoding) lower(open int) {
	n := uint64(open) + p.Hidden
	p.lowest, p.since = min(p.lowest, n), min(p.since, n)
}

func (p *decoding) item(it steps.Item) {
	n := len(p.w.Calls)
	if k := len(p.Times); k == 0 || p.Times[k-1].Time != it.Time {
		p.Times = append(p.Times, Reading{p.number() + 1, it.Time})
	}
	switch it.What {
	case steps.Entered:
		p.lower(n - 1)
		p.entered(p.w.Calls, n)
	case steps.Stepped:
		p.lower(n)
		p.stepped(p.w.Calls[n-1], n)
	case steps.Wrote:
		p.wrote(p.w.Calls[n-1], it)
	case steps.Resulted:
		if p.values != nil {
			p.values(Value{Step: p.number(), Call: p.call(p.w.Calls[n-1]), Variable: it.Variable, Result: true, Value: it.Value})
		}
	case steps.Outcome:
		if c := &p.Calls[p.call(p.w.Calls[n-1])]; c.Last >= 0 {
			p.Steps[c.Last].Outcome = NotMet
			if it.Met {
				p.Steps[c.Last].Outcome = Met
			}
		}
	case steps.Left:
		c := &p.Calls[p.call(p.w.Calls[n-1])]
		c.Left, c.LeftAt, c.Unwound, c.touched = true, p.number(), it.Unwound, true
		delete(p.calls, p.w.Calls[n-1])
		p.lower(n - 1)
	case steps.Limit:
		p.Limit = it.Limit
	case steps.Gap:
		p.Skips = append(p.Skips, Skip{After: p.last, Steps: it.Step - p.last, Limit: it.Limit})
		p.last = it.Step
	case steps.Started:
		p.Parent = it.Parent
	case steps.Ended:
		p.Ended = true
	case steps.Damaged:
		p.Damaged = it.Err.Error()
	}
}

func (p *decoding) entered(calls []*steps.Call, n int) {
	i := p.add(calls[n-1])
	c := &p.Calls[i]
	c.touched = true
	if n > 1 {
		caller := p.call(calls[n-2])
		c = &p.Calls[i]
		c.CallerCall = caller
		if last := p.Calls[caller].Last; last >= 0 {
			c.Caller = p.Number(last)
		}
	}
	if c.Function == nil {
		return
	}
	uses := p.uses[c.Number]
	for _, v := range c.Function.Params {
		if uses[v].class == shared {
			p.Accesses = append(p.Accesses, SharedAccess{
				At: p.number(), Step: c.Caller, Call: i, Variable: int32(v), Key: uses[v].key, Write: true, Entered: true, Done: true,
			})
		}
	}
}

func (p *decoding) stepped(sc *steps.Call, height int) {
	n := p.call(sc)
	c := &p.Calls[n]
	h := uint64(height) + p.Hidden
	if h == p.lowest && h < p.top {
		p.top = h
		p.tops = append(p.tops, Top{h, p.last + 1})
	}
	p.last++
	i := int32(len(p.Steps))
	p.Steps = append(p.Steps, Step{Call: n, Location: int32(sc.Location), Height: int32(h), Low: int32(p.since), Before: c.Last})
	p.since = h
	c.Last = i
	c.touched = true
	if c.First < 0 {
		c.First = i
	}
	l := p.Location(i)
	if l == nil || p.values != nil {
		return
	}
	for _, v := range l.Reads {
		p.access(n, v, p.number(), false)
	}
	writes := p.Writes(i)
	for _, v := range writes {
		p.access(n, v, p.number(), true)
	}
	for _, v := range writes { // until its value comes
		p.hold(n, uint64(v), unknown)
	}
}

// access notes an access of a step, if it is to a shared variable.
func (p *decoding) access(n int32, v int, step uint64, write bool) {
	c := &p.Calls[n]
	if v >= len(p.uses[c.Number]) {
		return
	}
	use := &p.uses[c.Number][v]
	a := SharedAccess{At: p.number(), Step: step, Call: n, Variable: int32(v), Key: use.key, Write: write}
	switch use.class {
	case own:
		return
	case memory:
		var ok bool
		if a.Key, a.Pending, ok = p.memoryOf(c, use.place); !ok {
			return
		}
	}
	p.Accesses = append(p.Accesses, a)
}

// memoryOf returns the key of a place, or on what it depends.
func (p *decoding) memoryOf(c *Call, place *steps.Place) (key uint64, pending int32, ok bool) {
	at := PendingAccess{Offset: place.Offset, Stride: place.Stride, Map: place.Map, Place: uint64(max(c.Place, 0))}
	h, written := c.held[uint64(place.Base)]
	switch {
	case !written:
		at.Base = 1 + uint64(place.Base)
	case h.Text:
		return 0, 0, false
	default:
		at.Address = h.Value
	}
	if place.Map {
		at.Text = hash(place.Path)
	}
	if place.Index > 0 && !at.index(c, place) {
		return 0, 0, false
	}
	if key, ok := at.Resolve(nil); ok {
		return key, 0, true
	}
	if c.Place < 0 || at.Base == 0 && at.Index == 0 { // nothing before can say it
		return 0, 0, false
	}
	return 0, p.pend(at), true
}

// index sets what is known of the index or key of a place, and returns false if it
// cannot be known.
func (at *PendingAccess) index(c *Call, place *steps.Place) bool {
	h, ok := c.held[uint64(place.Index-1)]
	switch {
	case !ok:
		at.Index = uint64(place.Index)
	case h == Held{Variable: h.Variable, Text: true}:
		return false
	case place.Map:
		at.Text = h.asText()
	case h.Text:
		return false
	default:
		at.Offset += int64(h.Value) * place.Stride
		at.Stride = 0
	}
	return true
}

func (p *decoding) pend(at PendingAccess) int32 {
	n, ok := p.pending[at]
	if !ok {
		p.Pending = append(p.Pending, at)
		n = int32(len(p.Pending))
		p.pending[at] = n
	}
	return n
}

// unknown is held by a variable whose value cannot be a part of a key.
var unknown = Held{Text: true}

func (p *decoding) hold(n int32, v uint64, h Held) {
	c := &p.Calls[n]
	if parts := p.parts[c.Number]; v >= uint64(len(parts)) || !parts[v] {
		return
	}
	if c.held == nil {
		c.held = make(map[uint64]Held)
	}
	h.Variable = v
	c.held[v] = h
}

// wrote takes the value of a variable. If others ran between its step and now, the
// variable is written once more now.
func (p *decoding) wrote(sc *steps.Call, it steps.Item) {
	n := p.call(sc)
	c := &p.Calls[n]
	c.touched = true
	p.Written++
	var step uint64
	if c.Last >= 0 {
		step = p.Number(c.Last)
	}
	if p.values != nil {
		p.values(Value{Step: step, Call: n, Variable: it.Variable, Value: it.Value})
		return
	}
	h, ok := held(it.Value)
	if !ok {
		h = unknown
	}
	if step > 0 || c.Place >= 0 {
		p.done(n, it.Variable, step)
	}
	p.hold(n, uint64(it.Variable), h)
}

// done notes that a step has written a variable.
func (p *decoding) done(n int32, v int, step uint64) {
	if step == p.number() {
		for i := len(p.Accesses) - 1; i >= 0 && p.Accesses[i].At == step; i-- {
			if a := &p.Accesses[i]; a.Write && !a.Entered && a.Call == n && int(a.Variable) == v {
				a.Done = true
				return
			}
		}
		return
	}
	k := len(p.Accesses)
	p.access(n, v, step, true)
	if len(p.Accesses) > k {
		p.Accesses[k].Done = true
	}
}

// Number returns the number of the step with an index.
func (d *Decoded) Number(i int32) uint64 {
	n := d.Head.First + uint64(i)
	for _, s := range d.Skips {
		if s.After >= n {
			break
		}
		n += s.Steps
	}
	return n
}

// Index returns the index of a step, and false for one that the segment does not
// have.
func (d *Decoded) Index(step uint64) (int32, bool) {
	if step < d.Head.First {
		return 0, false
	}
	i := step - d.Head.First
	for _, s := range d.Skips {
		if step <= s.After {
			break
		}
		if step <= s.After+s.Steps {
			return 0, false
		}
		i -= s.Steps
	}
	return int32(i), i < uint64(len(d.Steps))
}

// Location returns the location of the step with an index, nil if it is not known.
func (d *Decoded) Location(i int32) *steps.Location {
	s := &d.Steps[i]
	fn := d.Calls[s.Call].Function
	if fn == nil || s.Location < 0 || int(s.Location) >= len(fn.Locations) {
		return nil
	}
	return &fn.Locations[s.Location]
}

// Writes returns the variables of its function that the step with an index writes.
func (d *Decoded) Writes(i int32) []int {
	if l := d.Location(i); l != nil {
		return l.Writes
	}
	return nil
}

// Variables returns how the variables of a call's function are identified.
func (d *Decoded) variables(call int32) []variable { return d.uses[d.Calls[call].Number] }

// Overlaps returns the variables of a call's function that have memory in common
// with one, itself included, if it is the call's own; else nothing.
func (d *Decoded) Overlaps(call int32, v int) []int {
	list := d.variables(call)
	if v >= len(list) || list[v].class != own {
		return nil
	}
	return list[v].overlaps
}

// Certainty returns how well the identity of a call's variable is known.
func (d *Decoded) Certainty(call int32, v int) Certainty {
	list := d.variables(call)
	if v >= len(list) {
		return ByName
	}
	return list[v].certainty
}

// Own reports whether a variable belongs to its call alone.
func (d *Decoded) Own(call int32, v int) bool {
	list := d.variables(call)
	return v >= len(list) || list[v].class == own
}

// Access returns the access of a step to a shared variable, and false if its key
// is not known.
func (d *Decoded) Access(step uint64, call int32, v int, write bool) (*SharedAccess, bool) {
	i := sort.Search(len(d.Accesses), func(i int) bool { return d.Accesses[i].At >= step })
	for ; i < len(d.Accesses) && d.Accesses[i].At == step; i++ {
		a := &d.Accesses[i]
		if a.Step == step && !a.Entered && a.Call == call && int(a.Variable) == v && a.Write == write {
			return a, true
		}
	}
	return nil, false
}

// Time returns the last reading of the clock at a step, as Unix nanoseconds.
func (d *Decoded) Time(step uint64) int64 {
	i := sort.Search(len(d.Times), func(i int) bool { return d.Times[i].Step > step })
	if i == 0 {
		return d.Head.Started
	}
	return d.Times[i-1].Time
}

// ByKey returns the indexes of the accesses with a key, in order. Keys says what
// the keys of Pending are, 0 for those that are not known; it must be the same at
// each call.
func (d *Decoded) ByKey(key uint64, keys []uint64) []int32 {
	d.byKeyOnce.Do(func() {
		d.byKey = make(map[uint64][]int32)
		for i := range d.Accesses {
			if k := d.KeyOf(&d.Accesses[i], keys); k != 0 {
				d.byKey[k] = append(d.byKey[k], int32(i))
			}
		}
	})
	return d.byKey[key]
}

// KeyOf returns the key of an access, 0 if it is not known.
func (d *Decoded) KeyOf(a *SharedAccess, keys []uint64) uint64 {
	if a.Pending == 0 {
		return a.Key
	}
	if int(a.Pending) <= len(keys) {
		return keys[a.Pending-1]
	}
	return 0
}

// Size is about how much memory it needs, in bytes.
func (d *Decoded) Size() int {
	return 20*len(d.Steps) + 160*len(d.Calls) + 80*len(d.Accesses) + 16*len(d.Times) + 200*d.Written + 4096
}

// stack returns what identifies the functions of a stack.
func (d *Decoded) stack(calls []int32) uint64 {
	h := mix(3, d.Hidden, uint64(len(calls)))
	seen := make(map[int32]bool, len(calls))
	for _, n := range calls {
		body := uint64(0)
		if seen[n] {
			body = 1
		}
		seen[n] = true
		h = mix(h, d.Calls[n].Number, body)
	}
	return h
}

func sorted[K comparable, V any](m map[K]V, compare func(a, b V) int) []V {
	list := make([]V, 0, len(m))
	for _, v := range m {
		list = append(list, v)
	}
	slices.SortFunc(list, compare)
	return list
}
