package point

import (
	"fmt"
	"strconv"
)

// StableID identifies a point across builds: 16 lower-case hex digits of a hash
// of the declaration's key, the kind and the ordinal: FNV-1a 64 over the kind, a
// NUL byte and the ordinal in decimal, begun with the key in place of the usual
// constant and mixed at the end. So of two declarations with other keys, no
// points of one kind and ordinal have the same id. rt/manifest computes the
// same.
func StableID(decl uint64, kind Kind, ordinal int) string {
	const prime = 1099511628211
	h := decl
	for _, c := range []byte(string(kind) + "\x00" + strconv.Itoa(ordinal)) {
		h = (h ^ uint64(c)) * prime
	}
	for range 2 {
		h = (h ^ h>>32) * 0xd6e8feb86659fd93
	}
	return fmt.Sprintf("%016x", h^h>>32)
}
