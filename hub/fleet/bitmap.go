package fleet

import "math/bits"

// Bitmap is a set of point ids: id n is bit n-1, counted from the lowest bit of
// the first byte. It has no zero bytes at its end, so equal sets have equal
// bytes.
type Bitmap []byte

// Has reports whether id is in the set.
func (b Bitmap) Has(id int) bool {
	i := id - 1
	return i >= 0 && i>>3 < len(b) && b[i>>3]&(1<<(i&7)) != 0
}

// Len is the number of ids in the set.
func (b Bitmap) Len() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount8(word)
	}
	return n
}

// Add returns the set with id, which must be 1 or more. It may change b.
func (b Bitmap) Add(id int) Bitmap {
	i := id - 1
	if need := i>>3 + 1; need > len(b) {
		b = append(b, make(Bitmap, need-len(b))...)
	}
	b[i>>3] |= 1 << (i & 7)
	return b
}

// Or returns the union. It may change b, never other.
func (b Bitmap) Or(other Bitmap) Bitmap {
	if len(other) > len(b) {
		b = append(b, make(Bitmap, len(other)-len(b))...)
	}
	for i, word := range other {
		b[i] |= word
	}
	return b
}

// without returns the set without the ids in other. It may change b, never
// other.
func (b Bitmap) without(other Bitmap) Bitmap {
	for i := range b[:min(len(b), len(other))] {
		b[i] &^= other[i]
	}
	return b
}

// counts returns a count of 0 or 1 for each point.
func (b Bitmap) counts(points int) []uint64 {
	counts := make([]uint64, points)
	for i := range counts {
		if b.Has(i + 1) {
			counts[i] = 1
		}
	}
	return counts
}
