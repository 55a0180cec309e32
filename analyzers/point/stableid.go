package point

import (
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
)

// StableID identifies a point across builds: 16 lower-case hex digits of
// FNV-1a 64 over the package's import path, the function, the kind, and the
// ordinal (0-based, decimal) among the function's points of that kind,
// separated by NUL bytes. rt/manifest computes the same.
func StableID(pkgPath, fn, kind string, ordinal int) string {
	h := fnv.New64a()
	for _, field := range [...]string{pkgPath, fn, kind} {
		io.WriteString(h, field)
		h.Write([]byte{0})
	}
	io.WriteString(h, strconv.Itoa(ordinal))
	return fmt.Sprintf("%016x", h.Sum64())
}
