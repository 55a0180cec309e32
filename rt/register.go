package rt

import (
	"sync/atomic"
	"unsafe" // and for go:linkname
)

// ABI is the version of the agreement between generated code and this package:
// registerHooks' name, type and argument, what Start takes, the element type of
// the counter array. goat-exec puts it into its salt.
const ABI = 2

// registerHooks is the symbol that instrumented packages call without importing
// this package. There it is a variable without a value:
//
//	var goatCounters [2]uint32
//	var goatCount, goatMeta = 2, "…" // the counters' number and a manifest
//
//	//go:linkname goatHooks github.com/goat-trace/goat/rt.registerHooks
//	var goatHooks []func(unsafe.Pointer)
//
//	var _ = goatRegister() // calls each of goatHooks with a pointer to
//	// [3]unsafe.Pointer{&goatCounters[0], &goatCount, &goatMeta}
//
// The linker prefers this definition, which has a value, to theirs, which have
// none, and where this package is not linked theirs stays empty. The value
// must be static data: packages call it before this one is initialised. A
// slice, and one untyped pointer, let the generated code do without the names
// nil, int and string, which a package may have given another meaning.
//
//go:linkname registerHooks
var registerHooks = []func(unsafe.Pointer){registerInfo}

// registerInfo is register for generated code.
func registerInfo(info unsafe.Pointer) {
	p := (*[3]unsafe.Pointer)(info)
	register((*uint32)(p[0]), *(*int)(p[1]), *(*string)(p[2]))
}

// registration is one instrumented package.
type registration struct {
	next     *registration // the one registered before
	counters *uint32
	n        int
	meta     string
	decoded  *decoded // set at the first reading, guarded by state.mu
}

// registrations is the newest registration; its zero value is an empty list.
var registrations atomic.Pointer[registration]

// register takes over a package's counters. It runs during the program's
// initialisation, before this package's own, so it relies on zero values; and
// it costs start-up time, so it only links the package into a list. Decoding
// waits for the first Read.
func register(counters *uint32, n int, meta string) {
	if counters == nil || n <= 0 {
		return
	}
	r := &registration{counters: counters, n: n, meta: meta}
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
// several calls the first one counts. It starts nothing and returns true.
func Start(meta string) bool {
	mainMeta.CompareAndSwap(nil, &meta)
	return true
}
