//go:build !amd64 && !arm64

package trace

const hasGword = false

func gword(uintptr) uint64 { return 0 }
