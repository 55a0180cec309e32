package trace

import (
	"sync"
	"sync/atomic"
	"unsafe" // and for go:linkname

	"github.com/goat-trace/goat/rt/trace/wire"
)

// registerHooksV1 is the symbol by which the packages in a trace scope reach this
// one without importing it, as rt's is. Its name has the version of the agreement.
// What they hand over points to variables of theirs:
//
//	[17]unsafe.Pointer{
//		&on,       // uint32: whether calls ask for a recorder; 2 while first hits are waited for
//		&base,     // uint32: the number of the package's first function
//		&enter,    // func(function uint32) unsafe.Pointer: the recorder, or nil
//		&put,      // func(recorder unsafe.Pointer, events, n uint64): up to eight bytes, see put
//		&event,    // func(recorder unsafe.Pointer, event uint32): with a number times 256
//		&value,    // func(recorder unsafe.Pointer, variable uint32, value unsafe.Pointer)
//		&table,    // string: what a reader has to know of the package
//		&meta,     // string: the table's digest and how many functions there are, "digest n"
//		&values,   // uint32: whether values are wanted
//		&first,    // func(recorder unsafe.Pointer, base, point uint32) bool: whether that is its first hit and values are wanted
//		&told,     // func(recorder unsafe.Pointer, name string, value unsafe.Pointer): a value of a first hit
//		&route,    // func(recorder unsafe.Pointer, method, pattern string)
//		counters,  // those that rt knows, or nil in a package without points
//		&spawn,    // func(recorder unsafe.Pointer) uint64: the step that starts a goroutine
//		&start,    // func(function uint32, parent uint64) unsafe.Pointer: as enter, where a goroutine starts
//		&child,    // func(parent uint64): a goroutine starts
//		&end,      // func(): and ends
//	}
//
//go:linkname registerHooksV1
var registerHooksV1 = []func(unsafe.Pointer){register}

// registration is one package of a trace scope.
type registration struct {
	on, values  *uint32
	base        uint32
	counters    unsafe.Pointer
	functions   uint32
	table, hash string
}

// registrations are the packages of this process. The zero value works, because
// packages register before this one is initialised.
var registrations struct {
	mu       sync.Mutex
	packages []registration
	next     uint32 // number of the next package's first function
	on       uint32
	values   bool
	more     func() // called when packages come while steps are recorded
}

// current is the recording that generated code writes to.
var current atomic.Pointer[ExecutionTracer]

// register takes over a package. The race detector does not look: what is written
// here is read by generated code without an order, and a word at a time.
//
//go:norace
func register(info unsafe.Pointer) {
	p := (*[17]unsafe.Pointer)(info)
	hash, functions := parseMeta(*(*string)(p[7]))
	reg := &registrations
	reg.mu.Lock()
	r := registration{on: (*uint32)(p[0]), values: (*uint32)(p[8]), base: reg.next, counters: p[12], functions: functions, table: *(*string)(p[6]), hash: hash}
	reg.next += functions
	reg.packages = append(reg.packages, r)
	*(*uint32)(p[1]) = r.base
	*(*func(uint32) unsafe.Pointer)(p[2]) = enter
	*(*func(unsafe.Pointer, uint64, uint64))(p[3]) = put
	*(*func(unsafe.Pointer, uint32))(p[4]) = event
	*(*func(unsafe.Pointer, uint32, unsafe.Pointer))(p[5]) = value
	*(*func(unsafe.Pointer, uint32, uint32) bool)(p[9]) = first
	*(*func(unsafe.Pointer, string, unsafe.Pointer))(p[10]) = told
	*(*func(unsafe.Pointer, string, string))(p[11]) = route
	*(*func(unsafe.Pointer) uint64)(p[13]) = spawn
	*(*func(uint32, uint64) unsafe.Pointer)(p[14]) = startGoroutine
	*(*func(uint64))(p[15]) = child
	*(*func())(p[16]) = endGoroutine
	r.switchTo(reg.on, reg.values)
	more := reg.more
	reg.mu.Unlock()
	if more != nil {
		more()
	}
}

func parseMeta(meta string) (hash string, functions uint32) {
	for i := range meta {
		if meta[i] == ' ' {
			for _, c := range meta[i+1:] {
				functions = functions*10 + uint32(c-'0')
			}
			return meta[:i], functions
		}
	}
	return meta, 0
}

// functions returns how many functions can be recorded.
func functions() uint32 {
	registrations.mu.Lock()
	defer registrations.mu.Unlock()
	return registrations.next
}

// What generated code is told.
const (
	onOff    = 0 // nothing is recorded
	onAll    = 1 // calls ask for a recorder
	onFirsts = 2 // and points tell it that they run
)

// switchAll tells all packages whether their calls ask for a recorder.
//
//go:norace
func switchAll(on uint32, values bool) {
	reg := &registrations
	reg.mu.Lock()
	defer reg.mu.Unlock()
	reg.on, reg.values = on, values
	for _, r := range reg.packages {
		r.switchTo(on, values)
	}
}

//go:norace
func (r registration) switchTo(on uint32, values bool) {
	var word uint32
	if values {
		word = 1
	}
	*r.values, *r.on = word, on
}

// enter is what a function calls when it is entered while calls are recorded.
func enter(function uint32) unsafe.Pointer {
	t := current.Load()
	if t == nil {
		return nil
	}
	r := t.Recorder()
	if r == nil {
		return nil
	}
	r.enterCall(function)
	return unsafe.Pointer(r)
}

// put records up to eight bytes of events, the first one in the lowest byte. n says how
// many bytes there are, and in its upper half how many steps.
func put(r unsafe.Pointer, events, n uint64) { (*TraceRecorder)(r).put(events, n) }

func first(r unsafe.Pointer, base, point uint32) bool { return (*TraceRecorder)(r).First(base, point) }

func told(r unsafe.Pointer, name string, p unsafe.Pointer) { (*TraceRecorder)(r).FirstValue(name, p) }

func route(r unsafe.Pointer, method, pattern string) { (*TraceRecorder)(r).Route(method, pattern) }

// What generated code says about a value, in addition to the number of its
// variable.
const (
	valueResult    = 1 << 31
	valueInterface = 1 << 30
)

// hookRound is an event of generated code that is not recorded: a round of a loop
// begins, whose location is the number.
const hookRound = 0x41

func event(r unsafe.Pointer, e uint32) {
	switch byte(e) {
	case wire.EventLeave:
		if e>>8 != 0 { // at a return that no deferred call of the user's follows
			(*TraceRecorder)(r).endCall()
			return
		}
		(*TraceRecorder)(r).Leave()
	case wire.EventExit:
		(*TraceRecorder)(r).Exit(e >> 8)
	case wire.EventBody:
		(*TraceRecorder)(r).Body(e >> 8)
	case hookRound:
		(*TraceRecorder)(r).Round(e >> 8)
	default:
		(*TraceRecorder)(r).Event(byte(e))
	}
}

// value records a variable or, with valueResult, a result. With valueInterface its
// type is an interface or a type parameter.
func value(r unsafe.Pointer, variable uint32, p unsafe.Pointer) {
	e := byte(wire.EventValue)
	if variable&valueResult != 0 {
		e = wire.EventResult
	}
	(*TraceRecorder)(r).Value(e, variable&^(valueResult|valueInterface), variable&valueInterface != 0, p)
}

func spawn(r unsafe.Pointer) uint64 { return (*TraceRecorder)(r).Spawn() }

// startGoroutine is enter for the literal of a go statement.
func startGoroutine(function uint32, parent uint64) unsafe.Pointer {
	t := current.Load()
	if t == nil {
		return nil
	}
	r := t.Recorder()
	if r == nil {
		return nil
	}
	if r.depth == 0 {
		r.startedBy(parent)
		r.ancestry.bottom = true
	}
	r.Enter(function)
	return unsafe.Pointer(r)
}

// child is called where a goroutine starts, outside of traced code.
func child(parent uint64) {
	if t := current.Load(); t != nil {
		if r := t.Recorder(); r != nil {
			r.startedBy(parent)
			r.leaveIdle()
		}
	}
}

// endGoroutine is called where it ends.
func endGoroutine() {
	if t := current.Load(); t != nil {
		if r := t.store.find(goid()); r != nil && r.take() && r.depth == 0 {
			r.endOfGoroutine()
		}
	}
}

// countersOf returns the counters of the package whose first function has a number.
func countersOf(base uint32) unsafe.Pointer {
	reg := &registrations
	reg.mu.Lock()
	defer reg.mu.Unlock()
	for _, r := range reg.packages {
		if r.base == base {
			return r.counters
		}
	}
	return nil
}
