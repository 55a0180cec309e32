//go:build amd64 && !race

package trace

import (
	"sync/atomic"
	"unsafe"
)

// publish stores a value that only one goroutine writes. The processor keeps stores
// in order, so whoever reads the value sees everything that was written before. An
// atomic store would also wait for that, which takes longer than the rest of an
// event.
func publish(word *atomic.Uint64, value uint64) { *(*uint64)(unsafe.Pointer(word)) = value }
