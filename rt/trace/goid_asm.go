//go:build amd64 || arm64

package trace

const hasGword = true

// gword returns a word of the descriptor of the goroutine that calls it. In Go the
// same would be refused under -race and -asan, which look at pointers.
//
//go:noescape
func gword(offset uintptr) uint64
