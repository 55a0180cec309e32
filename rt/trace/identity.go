package trace

import (
	"encoding/hex"
	"math/rand/v2"
)

// RunID identifies a run: 128 random bits.
type RunID [16]byte

// NewRunID returns a new RunID.
func NewRunID() RunID {
	var id RunID
	for i := range id {
		if i%8 == 0 {
			word := rand.Uint64() //nolint:gosec // a name, no secret; crypto/rand would come into every binary
			for k := range 8 {
				id[i+k] = byte(word >> (8 * k))
			}
		}
	}
	return id
}

func (id RunID) String() string { return hex.EncodeToString(id[:]) }

// Prefix returns the first eight bytes as a number.
func (id RunID) Prefix() uint64 {
	var n uint64
	for i := range 8 {
		n |= uint64(id[i]) << (8 * i)
	}
	return n
}

// Identity identifies a trace: the steps of one goroutine in a run.
type Identity struct {
	Run       RunID
	Trace     uint64 // number in the run, from 1
	Goroutine uint64
}
