package trace

import (
	"cmp"
	"slices"
)

// Entry says what is in a segment, and how it hangs together with the segments
// before and after it. It is computed from the segment and the run's tables alone.
//
// The open calls of a goroutine are a stack. The place of a call in it is a number
// from 0, the outermost call's. A range over a function puts its body on the stack,
// too.
type Entry struct {
	Trace     uint64
	Goroutine uint64
	Number    uint64 // of the segment in its trace, from 1
	First     uint64 // number of its first step
	Steps     uint64
	Started   int64 // Unix nanoseconds
	Ended     int64 // the last reading of the clock

	// Damaged says why the segment was not read to its end, "" if it was.
	Damaged string
	// Limit is the limit at which the recording ended in it, 0 for none.
	Limit uint64

	// Skips are steps that limits have left out.
	Skips []Skip
	// Parent is the step that has started the goroutine, if the segment says it.
	ParentTrace, ParentStep, ParentGoroutine uint64

	// Functions are those that have steps in the segment or were entered in it, by
	// number, each with its locations.
	Functions []FunctionUse

	// Outermost is 1 + the function of the first call that the segment names, the
	// outermost one, 0 for none.
	Outermost uint64
	// Hidden is how many outer calls the segment does not name.
	Hidden uint64
	// StartStack and EndStack identify the functions that are open at its start and
	// at its end. The segment before goes on in this one if they are equal.
	StartStack, EndStack uint64
	// Height is how many are open at its start.
	Height uint64
	// Low is the lowest number that were open where steps were taken, or calls
	// entered or left. It is math.MaxInt32 if nothing of this has happened.
	Low uint64
	// Tops say for each height that is the lowest so far which step is the first at
	// this height, from the top down.
	Tops []Top

	// Calls are those that were open at its start and have done something in it, and
	// those that are open at its end and were entered in it.
	Calls []CallUse
	// Shared are the variables that more than one call can reach. The accesses are
	// by Key, in ascending order.
	Shared []Access
	// Pending are those whose key depends on what a variable held at the segment's
	// start.
	Pending []PendingAccess
}

// Last returns the number of its last step, the one before First if it has none.
func (e *Entry) Last() uint64 { return e.First + e.Steps - 1 }

// Follows reports whether e continues where before ends: nothing is missing
// between them.
func (e *Entry) Follows(before *Entry) bool {
	return before.Number+1 == e.Number && before.Last()+1 == e.First && before.EndStack == e.StartStack && before.Damaged == "" && e.Hidden == 0
}

// FunctionUse is a function that runs in a segment.
type FunctionUse struct {
	Function  uint64
	Locations []uint64 // that have steps, ascending
}

// Top is the first step at a height of the stack.
type Top struct{ Height, Step uint64 }

// CallUse is what a segment does with a call that is also open in another one.
type CallUse struct {
	// Start is 1 + its place in the stack at the segment's start, 0 if it is entered
	// in the segment.
	Start uint64
	Index uint64 // of the call among the segment's
	// End is 1 + its place at the segment's end, 0 if it ends in the segment.
	End      uint64
	Function uint64
	// Caller is the step that made the call, 0 if there is none or if it is in a
	// segment before; then CallerStart is 1 + the caller's place at the start.
	Caller      uint64
	CallerStart uint64
	First, Last uint64 // its first and last steps in the segment, 0 for none
	LastAt      uint64 // location of Last
	Vars        []VarUse
	// Controls are its locations that others depend on, with their last steps.
	Controls []LocationStep
	// Held are the addresses and indexes that its variables hold at the end, as far
	// as they were written in the segment.
	Held []Held
}

// VarUse is the first and last accesses of a call to a variable of its own.
type VarUse struct {
	Variable              uint64
	FirstRead, LastRead   uint64
	FirstWrite, LastWrite uint64
}

// LocationStep is the last step of a call at a location.
type LocationStep struct{ Location, Step uint64 }

// Held is what a variable holds, if it can be a part of another variable's key: an
// address, a number, or the hash of another value's text.
type Held struct {
	Variable, Value uint64
	Text            bool // Value is a hash
}

// Access is the first and last accesses in a segment to a shared variable.
type Access struct {
	Key                 uint64
	FirstRead, LastRead uint64
	Writes              uint64 // how many
	// LastWrite is the last step that writes it, 0 if that step is in a segment
	// before. LastAt is the trace's last step when it was written.
	LastWrite, LastAt uint64
	// Entered says that LastWrite made a call, and that the variable is a parameter
	// of the call.
	Entered bool
	// Done says that the value was there at LastAt. Otherwise LastWrite writes it
	// before it ends.
	Done bool
}

// PendingAccess is an access to memory or to a map's entry whose address or index
// was written in a segment before.
type PendingAccess struct {
	Access        // without its key
	Place  uint64 // of the call in the stack at the segment's start
	Base   uint64 // 1 + its variable that holds the address, 0 if Address is known
	Index  uint64 // 1 + its variable that holds the index or key, 0 if that is known
	// Address is the address, and Text the hash of a map's key, if they are known.
	Address, Text  uint64
	Offset, Stride int64 // of memory, in bytes
	Map            bool
}

// Has reports whether a function runs in the segment.
func (e *Entry) Has(function uint64) bool {
	_, ok := e.use(function)
	return ok
}

// Holds reports whether the segment has steps of a function at one of some locations.
func (e *Entry) Holds(function uint64, locations []int) bool {
	use, ok := e.use(function)
	if !ok {
		return false
	}
	for _, l := range locations {
		if _, found := slices.BinarySearch(use.Locations, uint64(l)); found {
			return true
		}
	}
	return false
}

func (e *Entry) use(function uint64) (FunctionUse, bool) {
	i, ok := slices.BinarySearchFunc(e.Functions, function, func(u FunctionUse, n uint64) int { return cmp.Compare(u.Function, n) })
	if !ok {
		return FunctionUse{}, false
	}
	return e.Functions[i], true
}
