package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// Event is one event of a segment.
type Event struct {
	Code     byte     // wire.Event…; wire.EventStep for every step
	Number   uint64   // function, location, variable, result, nanoseconds, limit; steps of a gap
	Bytes    uint64   // of a gap
	Limit    uint64   // of skipped steps
	Parent   Parent   // what has started the goroutine
	Open     []uint64 // of the calls and bodies that are open, the outermost first: 2 × function, + 1 for a body
	Depth    uint64   // how many calls are open; Open has only the innermost of them
	Value    Value
	Position int // of the event in the segment's bytes
}

// errEvents says that a segment's bytes are not events.
var errEvents = errors.New("its events cannot be read")

// Decoder reads the events of one segment. Lengths and depths are limited by the
// number of bytes that are left.
type Decoder struct {
	all   []byte
	rest  []byte
	types map[uint64]*Type
	err   error
	block struct{ left, location uint64 } // steps of the last event that have not been returned
	past  bool                            // the next value is of a step before those
}

// NewDecoder returns a decoder of a segment's events.
func NewDecoder(events []byte) *Decoder {
	return &Decoder{all: events, rest: events, types: make(map[uint64]*Type)}
}

// Err returns why Next has stopped before the end, nil if it has not.
func (d *Decoder) Err() error { return d.err }

// Next returns the next event. It skips definitions of types. An event that stands for
// several steps is returned as these, each with the values that it has written after
// it.
func (d *Decoder) Next() (Event, bool) {
	for (len(d.rest) > 0 || d.block.left > 0) && d.err == nil {
		d.past = d.past && d.valueFollows()
		if e, ok := d.inBlock(); ok {
			return e, true
		}
		e := Event{Position: len(d.all) - len(d.rest)}
		e.Code = d.byte()
		switch e.Code {
		case wire.EventType:
			d.define()
			continue
		case wire.EventPast:
			d.uvarint()
			d.past = true
			continue
		case wire.EventSteps:
			if d.begin(); d.err == nil {
				continue
			}
		}
		d.event(&e)
		if d.err != nil {
			break
		}
		d.past = false
		return e, true
	}
	return Event{}, false
}

// valueFollows reports whether the next event is a value, or defines its type. The
// value of a step that was announced may be missing: a very large one is in the next
// segment, or a limit has left it out.
func (d *Decoder) valueFollows() bool {
	if len(d.rest) == 0 {
		return false
	}
	switch d.rest[0] {
	case wire.EventValue, wire.EventResult, wire.EventType, wire.EventPast:
		return true
	}
	return false
}

// begin begins an event of several steps.
func (d *Decoder) begin() {
	d.block.left, d.block.location = d.uvarint(), d.uvarint()
	if d.block.left > wire.MaxSteps {
		d.fail("%d steps in one event", d.block.left)
		d.block.left = 0
	}
}

// inBlock returns the next step of an event of several, unless a value of the step
// before comes first.
func (d *Decoder) inBlock() (Event, bool) {
	if d.block.left == 0 || d.past {
		return Event{}, false
	}
	position := len(d.all) - len(d.rest)
	if len(d.rest) > 1 && d.rest[0] == wire.EventPast {
		if n, size := binary.Uvarint(d.rest[1:]); size > 0 && n >= d.block.left {
			return Event{}, false
		}
	}
	d.block.left--
	d.block.location++
	return Event{Code: wire.EventStep, Number: d.block.location - 1, Position: position}, true
}

func (d *Decoder) event(e *Event) {
	switch {
	case e.Code >= wire.FirstStep:
		e.Code, e.Number = wire.EventStep, uint64(e.Code)-wire.FirstStep
		return
	case e.Code == 0:
		d.fail("unknown event %#x", e.Code)
		return
	}
	switch e.Code {
	case wire.EventEnter, wire.EventTime, wire.EventStep, wire.EventLimit, wire.EventBody, wire.EventExit:
		e.Number = d.uvarint()
	case wire.EventGap:
		e.Number, e.Bytes = d.uvarint(), d.uvarint()
	case wire.EventSkip:
		e.Number, e.Limit = d.uvarint(), d.uvarint()
	case wire.EventParent:
		e.Parent = Parent{Trace: d.uvarint(), Step: d.uvarint(), Goroutine: d.uvarint()}
	case wire.EventValue, wire.EventResult:
		e.Number = d.uvarint()
		e.Value = d.value(0)
	case wire.EventOpen:
		e.Depth = d.uvarint()
		n := d.count()
		for range n {
			e.Open = append(e.Open, d.uvarint())
		}
	}
}

func (d *Decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: byte %d: %s", errEvents, len(d.all)-len(d.rest), fmt.Sprintf(format, args...))
	}
	d.rest = nil
}

func (d *Decoder) byte() byte {
	if len(d.rest) == 0 {
		d.fail("it ends within an event")
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

func (d *Decoder) uvarint() uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.fail("no number")
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

func (d *Decoder) varint() int64 {
	n, size := binary.Varint(d.rest)
	if size <= 0 {
		d.fail("no number")
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// count reads a number of things that take at least a byte each.
func (d *Decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail("%d things do not fit in", n)
		return 0
	}
	return int(n)
}

func (d *Decoder) take(n int) []byte {
	if n > len(d.rest) {
		d.fail("it ends within a value")
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *Decoder) text() string { return string(d.take(d.count())) }

func (d *Decoder) float() float64 {
	b := d.take(8)
	if len(b) < 8 {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

func (d *Decoder) define() {
	n := d.uvarint()
	d.uvarint() // reflect.Kind, which each value also has
	t := &Type{Name: d.text()}
	for range d.count() {
		t.Fields = append(t.Fields, d.text())
	}
	d.types[n] = t
}

// deepest is how deep values may be nested. The runtime nests them less deeply.
const deepest = 16

func (d *Decoder) value(depth int) Value {
	k := wire.Kind(d.byte())
	v := Value{Kind: k}
	if depth > deepest || d.err == nil && !k.Valid() {
		d.fail("unknown value %d", k)
		return v
	}
	switch k {
	case wire.KindInt:
		v.Int = d.varint()
	case wire.KindUint, wire.KindPointer, wire.KindMap, wire.KindChan, wire.KindFunc:
		v.Uint = d.uvarint()
	case wire.KindFloat:
		v.Float = d.float()
	case wire.KindComplex:
		v.Float, v.Imag = d.float(), d.float()
	case wire.KindString:
		v.Len = d.uvarint()
		v.Text = d.text()
	case wire.KindSlice:
		v.Uint, v.Len, v.Cap = d.uvarint(), d.uvarint(), d.uvarint()
	case wire.KindStruct:
		v.Type = d.types[d.uvarint()]
		v.Parts = d.values(depth)
	case wire.KindArray:
		v.Len = d.uvarint()
		v.Parts = d.values(depth)
	case wire.KindInterface:
		v.Type = d.types[d.uvarint()]
		v.Parts = []Value{d.value(depth + 1)}
	}
	return v
}

func (d *Decoder) values(depth int) []Value {
	var parts []Value
	for range d.count() {
		if d.err != nil {
			return nil
		}
		parts = append(parts, d.value(depth+1))
	}
	return parts
}
