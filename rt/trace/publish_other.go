//go:build !amd64 || race

package trace

import "sync/atomic"

func publish(word *atomic.Uint64, value uint64) { word.Store(value) }
