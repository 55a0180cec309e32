package rt

import (
	"sync/atomic"
	_ "unsafe" // for go:linkname
)

// ABI is the version of the agreement between generated code and this package:
// registerHook's name and type, what Start takes, the element type of the
// counter array. goat-exec puts it into its salt.
const ABI = 1

// registerHook is the symbol that instrumented packages call without importing
// this package. There it is a variable without a value:
//
//	var goatCounters [N]uint32
//
//	//go:linkname goatHook github.com/goat-trace/goat/rt.registerHook
//	var goatHook func(counters *uint32, n int, meta string)
//
//	var _ = goatRegister() // calls goatHook unless it is nil
//
// The linker prefers this definition, which has a value, to theirs, which have
// none, and where this package is not linked theirs stays nil. The value must
// be static data: packages call it before this one is initialised.
//
//go:linkname registerHook
var registerHook func(counters *uint32, n int, meta string) = register

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
