package profile

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The layout of a covcounters file: header, segments, and a footer after each
// segment. A segment is a header, strings, arguments, zeros up to a multiple of
// four, and the counters of each function that ran.
const (
	counterMagic      = "\x00cwm"
	counterVersion    = 1
	counterHeaderSize = 4 + 4 + 16 + 1 + 1 + 6
	counterFooterSize = 4 + 4 + 4 + 4
	segmentHeaderSize = 8 + 4 + 4
)

// How a file stores counters.
const (
	fixedNumbers    = 1 // four bytes
	variableNumbers = 2 // ULEB128
)

// ErrOtherBuild is wrapped by the error about counters of another build.
var ErrOtherBuild = errors.New("the counters are another build's")

// Profile returns what the counters of a build's processes add up to: each of
// counters is a covcounters file. Without any, nothing has run.
func (m *Meta) Profile(limits Limits, counters ...[]byte) (*Profile, error) {
	sums := make([][][]uint64, len(m.packages))
	for i, data := range counters {
		if err := m.addCounters(sums, data, limits); err != nil {
			return nil, fmt.Errorf("reading coverage counters, file %d of %d: %w", i+1, len(counters), err)
		}
	}
	b := newBuilder(m.Mode)
	for i, functions := range m.packages {
		for j, f := range functions {
			if !b.isLast([]byte(f.file)) {
				b.open(f.file)
			}
			for k, block := range f.blocks {
				if sums[i] != nil && sums[i][j] != nil {
					block.Count = sums[i][j][k]
				}
				b.add(block)
			}
		}
	}
	if len(b.files) > limits.Files {
		return nil, fmt.Errorf("reading coverage meta data: more than %d files", limits.Files)
	}
	return b.profile(func(file string, first, second Block) error {
		return fmt.Errorf("reading coverage meta data: %s:%d.%d has %d statements and %d", file, first.StartLine, first.StartCol, first.NumStmt, second.NumStmt)
	})
}

// addCounters adds the counters of one file to sums, by package, function and
// block.
func (m *Meta) addCounters(sums [][][]uint64, data []byte, limits Limits) error {
	switch {
	case int64(len(data)) > limits.Bytes:
		return fmt.Errorf("it holds %d bytes, at most %d are taken", len(data), limits.Bytes)
	case len(data) < counterHeaderSize+counterFooterSize || string(data[:4]) != counterMagic:
		return fmt.Errorf("these are no bytes of a covcounters file")
	}
	if v := binary.LittleEndian.Uint32(data[4:]); v != counterVersion {
		return fmt.Errorf("it has version %d of the format, want %d: update the hub", v, counterVersion)
	}
	if hash := [16]byte(data[8:24]); hash != m.Hash {
		return fmt.Errorf("%w: they belong to meta data %x, not %x", ErrOtherBuild, hash, m.Hash)
	}
	next := (*reader).variable
	switch {
	case data[24] == variableNumbers:
	case data[24] == fixedNumbers && data[25] == 0:
		next = (*reader).fixed
	case data[24] == fixedNumbers:
		next = (*reader).fixedBigEndian
	default:
		return fmt.Errorf("it stores counters in way %d, want %d or %d: update the hub", data[24], fixedNumbers, variableNumbers)
	}
	footer := data[len(data)-counterFooterSize:]
	if string(footer[:4]) != counterMagic {
		return errCut
	}
	r := reader{rest: data[counterHeaderSize:], whole: len(data)}
	for segments := binary.LittleEndian.Uint32(footer[8:]); segments > 0; segments-- {
		if err := m.addSegment(sums, &r, next); err != nil {
			return err
		}
	}
	if len(r.rest) > 0 {
		return fmt.Errorf("it has %d bytes too many", len(r.rest))
	}
	return nil
}

// addSegment adds what one run of the program counted.
func (m *Meta) addSegment(sums [][][]uint64, r *reader, next func(*reader) uint32) error {
	header := r.bytes(segmentHeaderSize)
	if r.err != nil {
		return r.err
	}
	functions := binary.LittleEndian.Uint64(header)
	r.bytes(uint64(binary.LittleEndian.Uint32(header[8:])))  // strings
	r.bytes(uint64(binary.LittleEndian.Uint32(header[12:]))) // arguments of the program: nobody's business
	if r.err == nil {
		r.bytes(uint64(-(r.whole - len(r.rest)) & 3))
	}
	for ; functions > 0 && r.err == nil; functions-- {
		count, pkg, fn := next(r), next(r), next(r)
		if r.err != nil {
			break
		}
		if int64(pkg) >= int64(len(m.packages)) || int64(fn) >= int64(len(m.packages[pkg])) {
			return fmt.Errorf("function %d of package %d is not in the meta data", fn, pkg)
		}
		blocks := m.packages[pkg][fn].blocks
		if int64(count) != int64(len(blocks)) {
			return fmt.Errorf("function %d of package %d has %d counters, want %d", fn, pkg, count, len(blocks))
		}
		if sums[pkg] == nil {
			sums[pkg] = make([][]uint64, len(m.packages[pkg]))
		}
		if sums[pkg][fn] == nil {
			sums[pkg][fn] = make([]uint64, count)
		}
		for i := range sums[pkg][fn] {
			sums[pkg][fn][i] = m.Mode.Sum(sums[pkg][fn][i], uint64(next(r)))
		}
	}
	footer := r.bytes(counterFooterSize)
	if r.err == nil && string(footer[:4]) != counterMagic {
		return errCut
	}
	return r.err
}
