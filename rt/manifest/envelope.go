package manifest

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Version is the version of the encoding. A reader knows one version only: the
// runtime is always compiled from the encoder's own source, and `goat points`
// reports a binary that another goat made. Version 2 added what stable ids are
// made of; the ids of version 1 named code by its function only. Version 3
// added the setting flush.
const Version = 3

// ErrDamaged is wrapped by errors about bytes that are not a complete blob. For
// a blob of another version the error is a *VersionError.
var ErrDamaged = errors.New("damaged goat manifest")

// VersionError says that a blob was made by another version of goat.
type VersionError struct {
	Got int // the Version of the goat that made it
}

func (e *VersionError) Error() string {
	if e.Got < Version {
		return fmt.Sprintf("its manifest has format %d, an older goat's, and this goat reads format %d; rebuild the program with this goat", e.Got, Version)
	}
	return fmt.Sprintf("its manifest has format %d, a newer goat's, and this goat reads format %d; update goat", e.Got, Version)
}

const (
	kindPackage byte = 'P'
	kindMain    byte = 'M'

	magicLen  = 8
	headerLen = magicLen + 1 + 1 + 4 + 4
)

// magic is computed so that its bytes are not consecutive in programs that only
// contain this decoder. Scan would find them there.
func magic() [magicLen]byte {
	var m [magicLen]byte
	state := uint32(0x60a7)
	for i := range m {
		state = state*1103515245 + 12345
		m[i] = byte(state>>16) | 0x80
	}
	return m
}

// header is a blob's envelope without its magic.
type header struct {
	version, kind byte
	size          int
	sum           uint32
}

// parseHeader reads the envelope at the start of s, which must have at least
// headerLen bytes.
func parseHeader(s string) header {
	b := []byte(s[magicLen:headerLen])
	return header{
		version: b[0],
		kind:    b[1],
		size:    int(binary.LittleEndian.Uint32(b[2:]) & 0x7fffffff),
		sum:     binary.LittleEndian.Uint32(b[6:]),
	}
}

// open checks the envelope of s, which must be exactly one blob, and returns
// the body.
func open(s string, kind byte) (string, error) {
	m := magic()
	if len(s) < headerLen || s[:magicLen] != string(m[:]) {
		return "", fmt.Errorf("%w: no envelope in %d bytes; rebuild the program with goat-exec", ErrDamaged, len(s))
	}
	h := parseHeader(s)
	if h.version != Version {
		return "", &VersionError{int(h.version)}
	}
	body := s[headerLen:]
	switch {
	case h.kind != kind:
		return "", fmt.Errorf("%w: kind %q, want %q; rebuild the program with goat-exec", ErrDamaged, h.kind, kind)
	case h.size != len(body):
		return "", fmt.Errorf("%w: %d bytes, want %d; rebuild the program with goat-exec", ErrDamaged, len(body), h.size)
	case h.sum != checksum(kind, body):
		return "", fmt.Errorf("%w: wrong checksum; rebuild the program with goat-exec", ErrDamaged)
	}
	return body, nil
}

// checksum is FNV-1a over kind and body.
func checksum(kind byte, body string) uint32 {
	h := (uint32(2166136261) ^ uint32(kind)) * 16777619
	for i := range len(body) {
		h = (h ^ uint32(body[i])) * 16777619
	}
	return h
}
