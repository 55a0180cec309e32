package trace

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// goidOffset is the offset of a goroutine's number in its descriptor, 0 if that is
// not known. Then the tracer asks the runtime for a stack, which takes three
// hundred times as long.
var goidOffset = sync.OnceValue(findGoidOffset)

// knownOffset is goidOffset's result once it is known, which is faster to read.
var knownOffset atomic.Uint64

// goid returns the number of the calling goroutine. Go never uses a number twice in
// a process.
func goid() uint64 {
	if offset := knownOffset.Load(); offset != 0 {
		return gword(uintptr(offset))
	}
	if offset := goidOffset(); offset != 0 {
		knownOffset.Store(uint64(offset))
		return gword(offset)
	}
	return printedGoid()
}

// findGoidOffset compares descriptors with what the runtime prints about their
// goroutines. It accepts an offset only if no other one fits in all of them.
func findGoidOffset() uintptr {
	if !hasGword {
		return 0
	}
	const goroutines, words = 4, 32
	fits := make(chan [words]bool)
	for range goroutines {
		go func() {
			id := printedGoid()
			var f [words]bool
			for i := range f {
				f[i] = gword(uintptr(i)*8) == id
			}
			fits <- f
		}()
	}
	var count [words]int
	for range goroutines {
		for i, ok := range <-fits {
			if ok {
				count[i]++
			}
		}
	}
	var found uintptr
	for i, n := range count {
		if n == goroutines {
			if found != 0 {
				return 0
			}
			found = uintptr(i) * 8
		}
	}
	return found
}

// printedGoid reads the number from the first line of the goroutine's stack,
// "goroutine 12 [running]:".
func printedGoid() uint64 {
	var line [64]byte
	n := runtime.Stack(line[:], false)
	var id uint64
	for _, c := range line[min(n, len("goroutine ")):n] {
		if c < '0' || c > '9' {
			break
		}
		id = id*10 + uint64(c-'0')
	}
	return id
}
