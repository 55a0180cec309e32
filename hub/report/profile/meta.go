package profile

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Meta is what a covmeta file says of a build: its packages' functions and
// their blocks. A build has one, and all of its processes write counters to
// it. It is immutable and safe for concurrent use.
type Meta struct {
	// Hash names the build. Counters carry it, too.
	Hash [16]byte
	// Mode is how the build counts.
	Mode Mode

	packages  [][]function
	functions int // of all packages
	blocks    int // of all functions
}

// function is a function with its counters' blocks, in the counters' order.
type function struct {
	file   string
	blocks []Block // without counts
}

// The layout of a covmeta file, all numbers little-endian: header, a table of
// the packages' offsets, one of their lengths, strings, packages. A package is a
// header, a table of its functions' offsets, its strings, its functions.
const (
	metaMagic         = "\x00cvm"
	metaVersion       = 1
	metaHeaderSize    = 4 + 4 + 8 + 8 + 16 + 4 + 4 + 1 + 1 + 6
	packageHeaderSize = 4 + 4 + 4 + 4 + 16 + 4 + 4 + 4
)

// counterModes are the modes that count something, by their number in a file.
var counterModes = map[byte]Mode{1: Set, 2: Count, 3: Atomic}

// ReadMeta decodes a covmeta file. data is not kept.
func ReadMeta(data []byte, limits Limits) (*Meta, error) {
	m, err := readMeta(data, limits)
	if err != nil {
		return nil, fmt.Errorf("reading coverage meta data: %w", err)
	}
	return m, nil
}

func readMeta(data []byte, limits Limits) (*Meta, error) {
	switch {
	case int64(len(data)) > limits.Bytes:
		return nil, fmt.Errorf("it holds %d bytes, at most %d are taken", len(data), limits.Bytes)
	case len(data) < metaHeaderSize || string(data[:4]) != metaMagic:
		return nil, fmt.Errorf("these are no bytes of a covmeta file")
	}
	if v := binary.LittleEndian.Uint32(data[4:]); v != metaVersion {
		return nil, fmt.Errorf("it has version %d of the format, want %d: update the hub", v, metaVersion)
	}
	mode, ok := counterModes[data[48]]
	if !ok {
		return nil, fmt.Errorf("counter mode %d counts nothing: build with -covermode=atomic", data[48])
	}
	m := &Meta{Mode: mode, Hash: [16]byte(data[24:40])}
	count := binary.LittleEndian.Uint64(data[16:])
	if count > uint64(len(data)-metaHeaderSize)/16 {
		return nil, fmt.Errorf("it is cut off: %d packages in %d bytes", count, len(data))
	}
	offsets := data[metaHeaderSize:]
	lengths := offsets[8*count:]
	var sum uint64
	for i := range count {
		offset, length := binary.LittleEndian.Uint64(offsets[8*i:]), binary.LittleEndian.Uint64(lengths[8*i:])
		if offset > uint64(len(data)) || length > uint64(len(data))-offset {
			return nil, fmt.Errorf("it is cut off: package %d ends behind the last byte", i)
		}
		if sum += length; sum > uint64(len(data)) {
			return nil, fmt.Errorf("its packages overlap")
		}
		functions, err := m.readPackage(data[offset:offset+length], limits)
		if err != nil {
			return nil, fmt.Errorf("package %d: %w", i, err)
		}
		m.packages = append(m.packages, functions)
	}
	return m, nil
}

// readPackage reads the functions of one package.
func (m *Meta) readPackage(data []byte, limits Limits) ([]function, error) {
	if len(data) < packageHeaderSize {
		return nil, errCut
	}
	count := int64(binary.LittleEndian.Uint32(data[40:]))
	if count*4 > int64(len(data)-packageHeaderSize) {
		return nil, errCut
	}
	if m.functions += int(count); m.functions > limits.Blocks {
		return nil, fmt.Errorf("more than %d functions", limits.Blocks)
	}
	names := reader{rest: data[packageHeaderSize+4*count:]}
	strings := names.strings(limits.Blocks)
	if names.err != nil {
		return nil, names.err
	}
	functions := make([]function, 0, count)
	for i := range count {
		offset := int64(binary.LittleEndian.Uint32(data[packageHeaderSize+4*i:]))
		if offset > int64(len(data)) {
			return nil, errCut
		}
		f, err := m.readFunction(data[offset:], strings, limits)
		if err != nil {
			return nil, fmt.Errorf("function %d: %w", i, err)
		}
		functions = append(functions, f)
	}
	return functions, nil
}

// readFunction reads the number of its blocks, its name, its file, and the
// blocks. Offsets may be repeated, so blocks are limited by their sum.
func (m *Meta) readFunction(data []byte, strings []string, limits Limits) (f function, err error) {
	r := reader{rest: data}
	count := r.uint(math.MaxUint32)
	r.uint(math.MaxUint32) // the function's name: reports take it from the source
	file := r.uint(math.MaxUint32)
	switch {
	case r.err != nil:
		return f, r.err
	case count > uint64(len(r.rest)/5):
		return f, errCut
	case file >= uint64(len(strings)):
		return f, fmt.Errorf("file name %d of %d", file, len(strings))
	}
	if m.blocks += int(count); m.blocks > limits.Blocks {
		return f, fmt.Errorf("more than %d blocks", limits.Blocks)
	}
	f.file = strings[file]
	if err := checkName([]byte(f.file), limits); err != nil {
		return f, err
	}
	f.blocks = make([]Block, count)
	for i := range f.blocks {
		b := &f.blocks[i]
		b.StartLine, b.StartCol = uint32(r.uint(math.MaxInt32)), uint32(r.uint(math.MaxInt32))
		b.EndLine, b.EndCol = uint32(r.uint(math.MaxInt32)), uint32(r.uint(math.MaxInt32))
		b.NumStmt = uint32(r.uint(math.MaxUint32))
		if r.err == nil && (b.StartLine == 0 || b.EndLine == 0) {
			return f, errLineZero
		}
	}
	return f, r.err
}
