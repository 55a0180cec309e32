package rt

import (
	"sync/atomic"
	"unsafe" // also for go:linkname
)

// ABI is the version of the agreement between generated code and this package:
// name, type and argument of registerHooksV4, the argument of Start, the layout
// of the counters, and the manifest's encoding. The number is part of the
// symbol's name. A program that imports this package itself may have another
// version of it; then its symbol is a different one, and packages are not
// registered instead of being misread.
const ABI = 4

// registerHooksV4 is the symbol that instrumented packages call without
// importing this package. They declare it as a variable without a value:
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
// none. If this package is not linked, theirs stays empty. The value must be
// static data, because packages call it before this package is initialised. It
// is a slice of functions with one untyped pointer, so that the generated code
// need not use the names nil, int and string, which a package may redeclare.
//
//go:linkname registerHooksV4
var registerHooksV4 = []func(unsafe.Pointer){registerInfo}

// registerInfo calls register for generated code.
func registerInfo(info unsafe.Pointer) {
	p := (*[5]unsafe.Pointer)(info)
	if c, ok := countersOf(p[0], p[1], p[3], p[4]); ok {
		register(c, *(*string)(p[2]))
	}
}

// registration is one instrumented package.
type registration struct {
	next     *registration // the one registered before it
	counters counters
	meta     string
	decoded  *decoded // set by the first reading, guarded by state.mu
}

// registrations is the newest registration. The zero value is an empty list.
var registrations atomic.Pointer[registration]

// register adds a package's counters to a list. It runs during the program's
// initialisation, before this package's own, so it must work on zero values. To
// keep start-up fast it does nothing else; the first Read decodes the manifest.
func register(c counters, meta string) {
	r := &registration{counters: c, meta: meta}
	for {
		r.next = registrations.Load()
		if registrations.CompareAndSwap(r.next, r) {
			break
		}
	}
	if observerWanted.Load() {
		startObserver() // a plugin was loaded, and the observer may have ended
	}
}

// mainMeta is the argument of the first Start.
var mainMeta atomic.Pointer[string]

// Start records what the main package knows about its build, encoded by
// manifest.AppendMain. Generated code calls it in an initialiser of main; only
// the first call counts. It starts nothing and returns true. It refers to
// registerHooksV4 so that the linker keeps it even in a program without points,
// which may load plugins that have some.
func Start(meta string) bool {
	if len(registerHooksV4) == 0 {
		return false
	}
	noteStart()
	ownVariables() // reads them as they are at program start
	mainMeta.CompareAndSwap(nil, &meta)
	return true
}
