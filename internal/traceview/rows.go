package traceview

import (
	"github.com/goat-trace/goat/internal/trace"
)

// RowKind is what a row of the tree stands for.
type RowKind uint8

// The kinds of rows.
const (
	RowCall   RowKind = iota // a call begins; the values are its parameters
	RowStep                  // a step, with what it has written
	RowAgain                 // what a step has written after a call in it
	RowReturn                // a call ends; the values are its results
	RowFold                  // calls that are too deep to be shown
	RowNote                  // something about the trace itself
)

// Row is a row of the tree.
type Row struct {
	Kind     RowKind
	Step     uint64 // the step, or the last one before
	Depth    int    // how many calls are open, with the row's own
	Number   uint64 // of the function in the run
	Function *trace.Function
	Table    *trace.Table
	Location int // of a step, -1 if that is not known
	Values   []Written
	Outcome  Outcome
	Unwound  bool // the call did not return
	Time     int64
	Note     string
	Folded   struct{ Steps, Calls int }
	Parent   trace.Parent // of the goroutine, on the row that says it
	call     *trace.Call
}

// Written is a value that a row has.
type Written struct {
	Variable int // of the function, or of its results
	Value    trace.Value
}

// Outcome says which way a condition went.
type Outcome uint8

// The outcomes.
const (
	NoCondition Outcome = iota
	Met
	NotMet
)

// Rows turns the items of a trace into rows.
type Rows struct {
	// MaxDepth folds calls that are deeper; 0 folds none.
	MaxDepth int
	emit     func(*Row)

	open   *Row // a step whose values come
	params *Row // a call whose parameters come
	rests  *Row // a call whose results come
	folded struct{ Steps, Calls int }
	time   int64
}

// NewRows returns rows that are handed to emit one by one.
func NewRows(emit func(*Row)) *Rows { return &Rows{emit: emit} }

// Item takes the next item.
func (b *Rows) Item(w *trace.Walk, it trace.Item) {
	depth := len(w.Calls)
	b.time = it.Time
	if b.MaxDepth > 0 && depth > b.MaxDepth {
		switch it.What {
		case trace.Stepped:
			b.folded.Steps++
		case trace.Entered:
			b.folded.Calls++
		}
		return
	}
	switch it.What {
	case trace.Wrote, trace.Outcome, trace.Resulted:
		b.value(w.Calls[depth-1], depth, it)
		return
	case trace.Left:
		b.left(w.Calls[depth-1], depth, it)
		return
	}
	b.End()
	switch it.What {
	case trace.Entered:
		b.params = b.row(RowCall, w.Calls[depth-1], depth, it.Step)
	case trace.Stepped:
		b.open = b.row(RowStep, w.Calls[depth-1], depth, it.Step)
		b.open.Location = w.Calls[depth-1].Location
	default:
		b.emit(&Row{Kind: RowNote, Step: it.Step, Depth: depth, Location: -1, Time: it.Time, Note: noteOf(it), Parent: it.Parent})
	}
}

func (b *Rows) row(kind RowKind, c *trace.Call, depth int, step uint64) *Row {
	return &Row{Kind: kind, Step: step, Depth: depth, Number: c.Number, Function: c.Function, Table: c.Table, Location: -1, Time: b.time, call: c}
}

// value adds a value to the row that it belongs to. Behind a nested call that is a
// new one.
func (b *Rows) value(c *trace.Call, depth int, it trace.Item) {
	var r *Row
	switch {
	case it.What == trace.Resulted:
		if b.rests == nil {
			b.End()
			b.rests = b.row(RowReturn, c, depth, it.Step)
		}
		r = b.rests
	case b.params != nil:
		r = b.params
	case b.open != nil && b.open.call == c && b.open.Step == c.Step:
		r = b.open
	default:
		b.End()
		b.open = b.row(RowAgain, c, depth, c.Step)
		b.open.Location = c.Location
		r = b.open
	}
	if it.What == trace.Outcome {
		r.Outcome = NotMet
		if it.Met {
			r.Outcome = Met
		}
		return
	}
	r.Values = append(r.Values, Written{it.Variable, it.Value})
}

// left ends a call.
func (b *Rows) left(c *trace.Call, depth int, it trace.Item) {
	r := b.rests
	b.rests = nil
	b.End()
	if b.MaxDepth > 0 && depth == b.MaxDepth {
		b.fold(depth)
	}
	if r == nil {
		r = b.row(RowReturn, c, depth, it.Step)
	}
	r.Unwound = it.Unwound
	b.emit(r)
}

func (b *Rows) fold(depth int) {
	if b.folded.Steps+b.folded.Calls > 0 {
		r := &Row{Kind: RowFold, Depth: depth, Location: -1, Folded: b.folded}
		b.folded.Steps, b.folded.Calls = 0, 0
		b.emit(r)
	}
}

// End hands over the row that is being put together. It is called at the end of a
// trace.
func (b *Rows) End() {
	if r := b.params; r != nil {
		b.params = nil
		b.emit(r)
	}
	if r := b.open; r != nil {
		b.open = nil
		b.fold(max(r.Depth, 1))
		b.emit(r)
	}
}
