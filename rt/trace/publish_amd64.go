//go:build amd64 && !race

package trace

import (
	"sync/atomic"
	"unsafe"
)

// publish stores what only one goroutine writes. The processor keeps stores in their
// order, so who reads it sees all that was written before; an atomic store would
// also wait for that, which takes longer than all the rest of an event.
func publish(word *atomic.Uint64, value uint64) { *(*uint64)(unsafe.Pointer(word)) = value }
