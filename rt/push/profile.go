package push

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"
)

// This file writes Go's own counters as text, for the pages that goc's tools ask an
// agent for. The bytes come from this program's own coverage runtime. If they do
// not fit the format, that is an error, and nothing is read beyond their end.

var errLayout = errors.New("this Go release writes coverage in a way that goat does not know; goat-hub and go tool covdata may read it")

// block is what a counter counts.
type block struct{ startLine, startCol, endLine, endCol, statements uint64 }

// function is a function's file and blocks.
type function struct {
	file   string
	blocks []block
}

// Profile returns what has run as the text that go tool cover reads, and the
// fraction of the statements that has run, 0 to 1.
func Profile() (text []byte, covered float64, err error) {
	if Coverage.WriteMeta == nil {
		return nil, 0, errors.New("the program was built without -cover; build it with -cover -covermode=atomic")
	}
	var meta, counts bytes.Buffer
	if err := Coverage.WriteMeta(&meta); err != nil {
		return nil, 0, err
	}
	if err := Coverage.WriteCounters(&counts); err != nil {
		return nil, 0, errors.New(err.Error() + "; build with -cover -covermode=atomic")
	}
	packages, err := readMeta(meta.Bytes())
	if err != nil {
		return nil, 0, err
	}
	ran, err := readCounts(counts.Bytes())
	if err != nil {
		return nil, 0, err
	}
	text = append(text, "mode: atomic\n"...)
	var all, some uint64
	for i, functions := range packages {
		for j, f := range functions {
			values := ran[[2]uint64{uint64(i), uint64(j)}]
			for k, b := range f.blocks {
				n := uint64(0)
				if k < len(values) {
					n = values[k]
				}
				if all += b.statements; n > 0 {
					some += b.statements
				}
				text = appendBlock(append(text, f.file...), b, n)
			}
		}
	}
	return text, float64(some) / float64(max(all, 1)), nil
}

// appendBlock appends ":15.45,17.16 2 0" and the end of the line.
func appendBlock(b []byte, k block, count uint64) []byte {
	for _, part := range []struct {
		before byte
		n      uint64
	}{{':', k.startLine}, {'.', k.startCol}, {',', k.endLine}, {'.', k.endCol}, {' ', k.statements}, {' ', count}} {
		b = strconv.AppendUint(append(b, part.before), part.n, 10)
	}
	return append(b, '\n')
}

// readMeta reads internal/coverage's meta-data file, version 1: a header, the
// offsets of the packages, their lengths, strings, packages.
func readMeta(data []byte) (packages [][]function, err error) {
	const header = 56
	if len(data) < header || string(data[:4]) != "\x00cvm" || binary.LittleEndian.Uint32(data[4:]) != 1 {
		return nil, errLayout
	}
	count := binary.LittleEndian.Uint64(data[16:])
	if count > uint64(len(data)-header)/16 {
		return nil, errLayout
	}
	for i := range count {
		offset := binary.LittleEndian.Uint64(data[header+8*i:])
		length := binary.LittleEndian.Uint64(data[header+8*(count+i):])
		if offset > uint64(len(data)) || length > uint64(len(data))-offset {
			return nil, errLayout
		}
		functions, err := readPackage(data[offset : offset+length])
		if err != nil {
			return nil, err
		}
		packages = append(packages, functions)
	}
	return packages, nil
}

// readPackage reads a package: a header, a table of its functions' offsets, its
// strings, its functions.
func readPackage(data []byte) ([]function, error) {
	const header = 44
	if len(data) < header {
		return nil, errLayout
	}
	count := uint64(binary.LittleEndian.Uint32(data[40:]))
	if count > uint64(len(data)-header)/4 {
		return nil, errLayout
	}
	r := reader{rest: data[header+4*count:]}
	var names []string
	for range r.length() {
		names = append(names, string(r.take(r.number())))
	}
	var functions []function
	for i := range count {
		offset := uint64(binary.LittleEndian.Uint32(data[header+4*i:]))
		if offset > uint64(len(data)) {
			return nil, errLayout
		}
		r := reader{rest: data[offset:]}
		blocks := r.length()
		r.number() // the function's name
		file := r.number()
		if file >= uint64(len(names)) {
			return nil, errLayout
		}
		f := function{file: names[file]}
		for range blocks {
			f.blocks = append(f.blocks, block{r.number(), r.number(), r.number(), r.number(), r.number()})
		}
		if r.bad {
			return nil, errLayout
		}
		functions = append(functions, f)
	}
	if r.bad {
		return nil, errLayout
	}
	return functions, nil
}

// readCounts reads internal/coverage's counter file, version 1, with one segment, by
// package and function.
func readCounts(data []byte) (map[[2]uint64][]uint64, error) {
	const header, segment = 32, 16
	if len(data) < header+segment || string(data[:4]) != "\x00cwm" || binary.LittleEndian.Uint32(data[4:]) != 1 {
		return nil, errLayout
	}
	fixed := data[24] == 1
	r := reader{rest: data[header:]}
	head := r.take(segment)
	functions := binary.LittleEndian.Uint64(head)
	r.take(uint64(binary.LittleEndian.Uint32(head[8:])))  // strings
	r.take(uint64(binary.LittleEndian.Uint32(head[12:]))) // the program's arguments
	r.take(uint64(-(len(data) - len(r.rest)) & 3))
	next := r.number
	if fixed {
		next = r.word
	}
	counts := make(map[[2]uint64][]uint64)
	for ; functions > 0 && !r.bad; functions-- {
		n, pkg, fn := next(), next(), next()
		if n > uint64(len(r.rest)) {
			return nil, errLayout
		}
		values := make([]uint64, 0, n)
		for range n {
			values = append(values, next())
		}
		counts[[2]uint64{pkg, fn}] = values
	}
	if r.bad {
		return nil, errLayout
	}
	return counts, nil
}

// reader takes values from bytes. Once a value is missing it is bad, and returns
// zeros from then on.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) take(n uint64) []byte {
	if r.bad = r.bad || n > uint64(len(r.rest)); r.bad {
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// number reads an unsigned LEB128 number.
func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if r.bad = r.bad || size <= 0; r.bad {
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// length reads a number of things that take at least a byte each.
func (r *reader) length() uint64 {
	n := r.number()
	if r.bad = r.bad || n > uint64(len(r.rest)); r.bad {
		return 0
	}
	return n
}

func (r *reader) word() uint64 {
	if b := r.take(4); b != nil {
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return 0
}
