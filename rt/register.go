package rt

import (
	"sync/atomic"
	"unsafe" // and for go:linkname
)

// ABI is the version of the agreement between generated code and this package:
// registerHooksV4's name, type and argument, what Start takes, the layout of
// the counters, the manifest's encoding. It is in the name too: a program that imports this package
// itself may have another version of it, whose symbol then stays apart, and its
// packages register nowhere instead of being misread.
const ABI = 4

// registerHooksV4 is the symbol that instrumented packages call without importing
// this package. There it is a variable without a value:
//
//	var goatCounters [2]uint32 // or [16][15]atomic.Uint64, see counters
//	var goatCount, goatShards, goatStride, goatMeta = 2, 0, 0, "…" // or 2, 16, 15, and a manifest
//
//	//go:linkname goatHooks github.com/goat-trace/goat/rt.registerHooksV4
//	var goatHooks []func(unsafe.Pointer)
//
//	var _ = goatRegister() // calls each of goatHooks with a pointer to
//	// [5]unsafe.Pointer{&goatCounters, &goatCount, &goatMeta, &goatShards, &goatStride}
//
// The linker prefers this definition, which has a value, to theirs, which have
// none, and where this package is not linked theirs stays empty. The value
// must be static data: packages call it before this one is initialised. A
// slice, and one untyped pointer, let the generated code do without the names
// nil, int and string, which a package may have given another meaning.
//
//go:linkname registerHooksV4
var registerHooksV4 = []func(unsafe.Pointer){registerInfo}

// registerInfo is register for generated code.
func registerInfo(info unsafe.Pointer) {
	p := (*[5]unsafe.Pointer)(info)
	if c, ok := countersOf(p[0], p[1], p[3], p[4]); ok {
		register(c, *(*string)(p[2]))
	}
}

// registration is one instrumented package.
type registration struct {
	next     *registration // the one registered before
	counters counters
	meta     string
	decoded  *decoded // set at the first reading, guarded by state.mu
}

// registrations is the newest registration; its zero value is an empty list.
var registrations atomic.Pointer[registration]

// register takes over a package's counters. It runs during the program's
// initialisation, before this package's own, so it relies on zero values; and
// it costs start-up time, so it only links the package into a list. Decoding
// waits for the first Read.
func register(c counters, meta string) {
	r := &registration{counters: c, meta: meta}
	for {
		r.next = registrations.Load()
		if registrations.CompareAndSwap(r.next, r) {
			break
		}
	}
	if observerWanted.Load() {
		startObserver() // a plugin: the observer may have stopped for want of points
	}
}

// mainMeta is what the first Start was given.
var mainMeta atomic.Pointer[string]

// Start records what the main package knows of its build, encoded by
// manifest.AppendMain. Generated code calls it in an initialiser of main; of
// several calls the first one counts. It starts nothing and returns true. Asking
// for registerHooksV4 first has the linker keep them in a program without points,
// too: it may load plugins that have some.
func Start(meta string) bool {
	if len(registerHooksV4) == 0 {
		return false
	}
	noteStart()
	ownVariables() // as they are when the program starts
	mainMeta.CompareAndSwap(nil, &meta)
	return true
}
