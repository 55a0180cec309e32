package trace

import (
	"fmt"
	"os"
	"slices"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// Call is a call of a function in a trace, while it is open.
type Call struct {
	Number   uint64 // of the function in the run
	Function *Function
	Table    *Table  // nil if no table has the function
	Begun    uint64  // number of the step that made the call, 0 for none
	Step     uint64  // number of its last step
	Returned bool    // the results are set
	Values   []Value // by variable, what was written last; Kind is 0 if that is not known
	Location int     // of its last step, -1 before the first
}

// Name returns the function's name with its package's path.
func (c *Call) Name() string {
	if c.Function == nil {
		return fmt.Sprintf("function %d", c.Number)
	}
	return c.Table.Package + "." + c.Function.Name
}

// At returns the location of the call's last step, nil if it is not known.
func (c *Call) At() *Location {
	if c.Function == nil || c.Location < 0 || c.Location >= len(c.Function.Locations) {
		return nil
	}
	return &c.Function.Locations[c.Location]
}

// File returns the name of the function's file, "" if it is not known.
func (c *Call) File() string {
	if c.Function == nil {
		return ""
	}
	return c.Table.Files[c.Function.File]
}

// What is the kind of an Item.
type What uint8

// The kinds of items.
const (
	Entered  What = iota // a call begins; Calls has it
	Stepped              // a step
	Wrote                // the last step gave a variable of the innermost call a new value
	Outcome              // the condition of the innermost call's last step was met, or not
	Resulted             // a result of the innermost call
	Left                 // the innermost call ends; Calls still has it
	Gap                  // steps are missing, or a limit has left them out
	Limit                // the recording ended at a limit
	Damaged              // a segment cannot be read to its end
	Started              // Parent has started the goroutine; it comes first
	Ended                // the goroutine ends
)

// Item is one thing that happened in a trace.
type Item struct {
	What     What
	Step     uint64 // number of the last step
	Time     int64  // Unix nanoseconds of the last reading of the clock
	Variable int    // of Wrote and Resulted
	Value    Value
	Met      bool   // of Outcome
	Unwound  bool   // of Left: the call did not return
	Missing  uint64 // of Gap: steps, 0 if that is not known
	Limit    uint64 // of Limit, and of a Gap that a limit has made: wire.LimitSteps…; else 0
	Parent   Parent // of Started
	Err      error  // of Damaged
}

// Parent is the step that has started a goroutine.
type Parent struct {
	Trace, Step uint64 // 0 if the step was not recorded
	Goroutine   uint64 // 0 if that is not known
}

// Walk goes through a trace's items in order. It holds one segment and the open
// calls in memory.
type Walk struct {
	trace *Trace
	// Calls are the open calls, the outermost first.
	Calls []*Call
	// Hidden is how many calls around Calls are open whose functions the segment
	// does not name, because there were very many.
	Hidden uint64
	// Start are the calls that were open at the current segment's start.
	Start []*Call

	files   map[int]*os.File
	next    int // segment
	dec     *Decoder
	head    wire.Head
	step    uint64
	time    int64
	pending []Item
	leaving bool
	exits   uint64 // bodies that are left when calls end
}

// Walk begins at the trace's first segment. The caller must close it.
func (t *Trace) Walk() *Walk { return &Walk{trace: t, files: make(map[int]*os.File)} }

// Close closes open files.
func (w *Walk) Close() {
	for _, f := range w.files {
		f.Close()
	}
	w.files = nil
}

// Next returns the next item, and false at the end.
func (w *Walk) Next() (Item, bool) {
	if w.leaving {
		w.leaving = false
		if n := len(w.Calls); n > 0 {
			w.Calls = w.Calls[:n-1]
			w.popBodies()
		}
	}
	for {
		if len(w.pending) > 0 {
			it := w.pending[0]
			w.pending = w.pending[1:]
			it.Time = w.time
			return it, true
		}
		if w.dec == nil && !w.open() {
			return Item{}, false
		}
		if w.dec == nil {
			continue
		}
		e, ok := w.dec.Next()
		if !ok {
			if err := w.dec.Err(); err != nil {
				w.pending = append(w.pending, Item{What: Damaged, Step: w.step, Err: err})
			}
			w.dec = nil
			continue
		}
		if it, ok := w.item(e); ok {
			it.Step, it.Time = w.step, w.time
			return it, true
		}
	}
}

// open begins the next segment, and reports whether there is one.
func (w *Walk) open() bool {
	if w.next >= len(w.trace.places) {
		return false
	}
	p := w.trace.places[w.next]
	w.next++
	events, err := w.read(p)
	if err != nil {
		w.pending = append(w.pending, Item{What: Damaged, Step: w.step, Err: err})
		return true
	}
	if p.head.First > w.step+1 {
		w.pending = append(w.pending, Item{What: Gap, Step: w.step, Missing: p.head.First - w.step - 1})
	}
	w.head, w.step, w.time = p.head, p.head.First-1, p.head.Started
	w.dec = NewDecoder(events)
	return true
}

func (w *Walk) read(p place) ([]byte, error) {
	if read := w.trace.run.events; read != nil {
		return read(p.head)
	}
	f := w.files[p.file]
	if f == nil {
		var err error
		if f, err = os.Open(w.trace.run.files[p.file]); err != nil {
			return nil, fmt.Errorf("opening a file of segments: %w", err)
		}
		w.files[p.file] = f
	}
	return p.read(f)
}

// item turns an event into an item; it returns false for events that are not items.
func (w *Walk) item(e Event) (Item, bool) {
	switch e.Code {
	case wire.EventTime:
		w.time = w.head.Started + int64(e.Number)
	case wire.EventOpen:
		w.align(e)
	case wire.EventEnter:
		w.Calls = append(w.Calls, w.call(e.Number))
		return Item{What: Entered}, true
	case wire.EventBody:
		w.Calls = append(w.Calls, w.body(e.Number))
	case wire.EventExit:
		w.exits += min(e.Number, uint64(len(w.Calls)))
		w.popBodies()
	case wire.EventGap:
		return Item{}, false // the numbers of steps already say it here
	case wire.EventSkip:
		w.step += min(e.Number, w.head.First+w.head.Steps-1-min(w.step, w.head.First+w.head.Steps-1))
		return Item{What: Gap, Missing: e.Number, Limit: e.Limit}, true
	case wire.EventParent:
		return Item{What: Started, Parent: e.Parent}, true
	case wire.EventEnd:
		return Item{What: Ended}, true
	case wire.EventLimit:
		return Item{What: Limit, Limit: e.Number}, true
	case wire.EventStep:
		w.step++
		c := w.innermost()
		c.Step, c.Location = w.step, int(min(e.Number, 1<<31))
		return Item{What: Stepped}, true
	case wire.EventTrue, wire.EventFalse:
		return Item{What: Outcome, Met: e.Code == wire.EventTrue}, true
	case wire.EventReturn:
		w.innermost().Returned = true
	case wire.EventValue:
		w.innermost().set(e.Number, e.Value)
		return Item{What: Wrote, Variable: int(min(e.Number, 1<<31)), Value: e.Value}, true
	case wire.EventResult:
		return Item{What: Resulted, Variable: int(min(e.Number, 1<<31)), Value: e.Value}, true
	case wire.EventLeave:
		for len(w.Calls) > 1 && w.isBody() { // a panic unwinds them
			w.Calls = w.Calls[:len(w.Calls)-1]
			w.exits = 0
		}
		w.leaving = true
		return Item{What: Left, Unwound: !w.innermost().Returned}, true
	}
	return Item{}, false
}

// align replaces the open calls by those with which a segment begins, which may be
// others after a gap.
func (w *Walk) align(e Event) {
	missing := e.Depth - min(e.Depth, uint64(len(e.Open))) // outer ones that the segment does not name
	w.Hidden = missing
	defer func() { w.Start = slices.Clone(w.Calls) }()
	if missing == 0 && len(w.Calls) == len(e.Open) {
		same := true
		for i, c := range w.Calls {
			same = same && c.Number == e.Open[i]>>1
		}
		if same {
			return
		}
	}
	if missing > 0 && uint64(len(w.Calls)) == e.Depth {
		return
	}
	w.Calls = w.Calls[:0:0]
	w.exits = 0
	for _, number := range e.Open {
		if number&1 == 0 {
			w.Calls = append(w.Calls, w.call(number>>1))
		} else {
			w.Calls = append(w.Calls, w.body(number>>1))
		}
	}
}

// body returns the call to which the body of a range over a function belongs. While
// the body runs, Calls has this call twice.
func (w *Walk) body(number uint64) *Call {
	for i := len(w.Calls) - 1; i >= 0; i-- {
		if w.Calls[i].Number == number {
			return w.Calls[i]
		}
	}
	return w.call(number)
}

// isBody reports whether the innermost open call is the second entry of a call, for
// a body.
func (w *Walk) isBody() bool {
	n := len(w.Calls) - 1
	for _, c := range w.Calls[:n] {
		if c == w.Calls[n] {
			return true
		}
	}
	return false
}

func (w *Walk) popBodies() {
	for w.exits > 0 && len(w.Calls) > 0 && w.isBody() {
		w.exits--
		w.Calls = w.Calls[:len(w.Calls)-1]
	}
}

func (w *Walk) call(number uint64) *Call {
	f, t := w.trace.run.function(number)
	return &Call{Number: number, Function: f, Table: t, Begun: w.step, Location: -1}
}

// innermost returns the innermost call. If the start of a trace is missing, it may
// have steps outside of any call.
func (w *Walk) innermost() *Call {
	if len(w.Calls) == 0 {
		w.Calls = append(w.Calls, &Call{Number: 1<<64 - 1, Location: -1})
	}
	return w.Calls[len(w.Calls)-1]
}

func (c *Call) set(variable uint64, v Value) {
	if c.Function == nil || variable >= uint64(len(c.Function.Variables)) {
		return
	}
	if c.Values == nil {
		c.Values = make([]Value, len(c.Function.Variables))
	}
	c.Values[variable] = v
}
