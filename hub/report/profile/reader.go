package profile

import (
	"encoding/binary"
	"errors"
	"math"
)

var errCut = errors.New("it is cut off")

// reader takes values from bytes until they end or one makes no sense; from
// then on it gives zeros.
type reader struct {
	rest  []byte
	whole int // bytes of the file
	err   error
}

func (r *reader) bytes(n uint64) []byte {
	if r.err == nil && n > uint64(len(r.rest)) {
		r.err = errCut
	}
	if r.err != nil {
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// uint reads an unsigned LEB128 number of at most most.
func (r *reader) uint(most uint64) uint64 {
	if r.err != nil {
		return 0
	}
	n, size := binary.Uvarint(r.rest)
	switch {
	case size == 0:
		r.err = errCut
	case size < 0 || n > most:
		r.err = errors.New("it holds a number that is too large")
	default:
		r.rest = r.rest[size:]
		return n
	}
	return 0
}

func (r *reader) variable() uint32 { return uint32(r.uint(math.MaxUint32)) }

func (r *reader) fixed() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) fixedBigEndian() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// strings reads a table of up to most strings.
func (r *reader) strings(most int) []string {
	count := r.uint(uint64(most))
	if r.err == nil && count > uint64(len(r.rest)) {
		r.err = errCut
	}
	if r.err != nil {
		return nil
	}
	list := make([]string, 0, count)
	for range count {
		list = append(list, string(r.bytes(r.uint(math.MaxUint32))))
	}
	return list
}
