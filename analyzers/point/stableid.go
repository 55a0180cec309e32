package point

import (
	"fmt"
	"strconv"
)

// StableID identifies a point across builds: 16 lower-case hex digits of a hash
// of the declaration's key, the point's kind and its ordinal. The hash is
// FNV-1a 64 over the kind, a NUL byte and the decimal ordinal, with the key in
// place of the usual start value and a final mix. So points of the same kind
// and ordinal never share an id if their declarations' keys differ. rt/manifest
// computes the same hash.
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
