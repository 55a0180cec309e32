package wire

import (
	"encoding/binary"
	"math"
)

// Version is that of events and segments. It is in each segment's magic.
const Version = 2

// The first byte of an event. What follows it is in the comment; numbers are
// varints, signed ones zigzag.
const (
	EventEnter  = 0x01 // function: a call begins
	EventLeave  = 0x02 // the innermost open call ends; the values of its results may have come before
	EventValue  = 0x03 // variable of the innermost open call's function, a value
	EventTrue   = 0x04 // the condition of the last step was met
	EventFalse  = 0x05 // it was not
	EventTime   = 0x06 // nanoseconds since the segment began
	EventGap    = 0x07 // steps, bytes: that were dropped here
	EventStep   = 0x08 // location in the innermost open call's function, for those that have no byte
	EventReturn = 0x09 // results are set: what comes until the end of the call are deferred calls
	EventType   = 0x0a // defines a type: number, kind, name, fields
	EventOpen   = 0x0b // how many calls are open; n, and n of them, the innermost last: 2 × function, + 1 for a body
	EventLimit  = 0x0c // the recording ended by a limit: steps or bytes
	EventResult = 0x0d // number of a result of the innermost open call's function, a value
	// The body of a range over a function runs while the calls of that function are
	// open. Until its end steps are of the function around the loop.
	EventBody = 0x0e // function
	EventExit = 0x0f // n: so many bodies are left, those around calls that are still open when these end
	// EventParent comes first in the trace of a goroutine of which it is known. Trace
	// and step are 0 if the step was not recorded.
	EventParent = 0x10 // trace, step, goroutine: that have started this goroutine
	EventSkip   = 0x11 // steps, limit: so many steps that were taken here are not recorded, but count
	EventEnd    = 0x12 // the goroutine ends
	EventSteps  = 0x13 // how many, location: steps at this location and the ones after it, of a block of statements that nothing can leave
	EventPast   = 0x14 // n: the value that comes next was written by the step n before the last one
	// FirstStep and all above it are steps: the location is the rest.
	FirstStep = 0x20
)

// The limits that end a recording, and those that leave steps out of it.
const (
	LimitSteps   = 1
	LimitBytes   = 2
	LimitSeconds = 3
	LimitStop    = 4 // somebody has asked for the end
	LimitGone    = 5 // the run was deleted on the hub
	LimitRounds  = 6 // rounds of a loop
	LimitDepth   = 7 // calls in calls
	LimitRate    = 8 // bytes a second
)

// LimitName says in a word what a limit is of.
func LimitName(limit uint64) string {
	switch limit {
	case LimitSteps:
		return "steps"
	case LimitBytes:
		return "bytes"
	case LimitSeconds:
		return "seconds"
	case LimitStop:
		return "stop"
	case LimitGone:
		return "gone"
	case LimitRounds:
		return "rounds"
	case LimitDepth:
		return "depth"
	case LimitRate:
		return "bytes a second"
	}
	return ""
}

// Kind is the first byte of a value, and what a type is.
type Kind byte

// The kinds of values. What follows the byte is in the comment.
const (
	KindNil       Kind = iota + 1 // a nil interface
	KindFalse                     //
	KindTrue                      //
	KindInt                       // number
	KindUint                      // number
	KindFloat                     // eight bytes
	KindComplex                   // sixteen
	KindString                    // length, how many bytes follow, the bytes
	KindPointer                   // address
	KindSlice                     // address, length, capacity
	KindMap                       // address, length
	KindChan                      // address, length, capacity
	KindFunc                      // address
	KindStruct                    // type, how many fields follow, their values
	KindArray                     // length, how many elements follow, their values
	KindInterface                 // type, the value in it
	KindRedacted                  // it is named or typed so that it must not be recorded
	KindCut                       // it is too deep or too large
	kindEnd
)

// Valid reports whether there is such a kind.
func (k Kind) Valid() bool { return k > 0 && k < kindEnd }

// AppendStep appends a step at a location.
func AppendStep(b []byte, location uint32) []byte {
	if location < 256-FirstStep {
		return append(b, byte(FirstStep+location))
	}
	return binary.AppendUvarint(append(b, EventStep), uint64(location))
}

// MaxSteps is how many steps one event has at most.
const MaxSteps = 100

// AppendSteps appends steps at consecutive locations.
func AppendSteps(b []byte, location, n uint32) []byte {
	if n == 1 {
		return AppendStep(b, location)
	}
	return AppendEvent(b, EventSteps, uint64(n), uint64(location))
}

// AppendEvent appends an event that numbers follow.
func AppendEvent(b []byte, event byte, numbers ...uint64) []byte {
	b = append(b, event)
	for _, n := range numbers {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// AppendNumbers appends a kind and the numbers that follow it.
func AppendNumbers(b []byte, k Kind, numbers ...uint64) []byte {
	return AppendEvent(b, byte(k), numbers...)
}

// AppendInt appends a signed number as a value.
func AppendInt(b []byte, n int64) []byte { return binary.AppendVarint(append(b, byte(KindInt)), n) }

// AppendFloat appends a floating-point number as a value.
func AppendFloat(b []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(append(b, byte(KindFloat)), math.Float64bits(f))
}

// AppendComplex appends a complex number as a value.
func AppendComplex(b []byte, c complex128) []byte {
	b = binary.LittleEndian.AppendUint64(append(b, byte(KindComplex)), math.Float64bits(real(c)))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(imag(c)))
}

// AppendString appends a string of which at most limit bytes are kept.
func AppendString(b []byte, s string, limit int) []byte {
	kept := s
	if len(kept) > limit {
		kept = kept[:limit]
	}
	b = AppendNumbers(b, KindString, uint64(len(s)), uint64(len(kept)))
	return append(b, kept...)
}

// AppendText appends a length and a text, as types have them.
func AppendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
