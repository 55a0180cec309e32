package compare

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Moved says that code of the new state was elsewhere in the base, in the same
// file or another one. Lines count from 1, both ends included.
type Moved struct {
	Line, Last       int // the lines that it has now
	From             *File
	OldLine, OldLast int // the lines that it had
}

// Moved lists what FindMoved found, in the order of the new state.
func (f *File) Moved() []Moved {
	var list []Moved
	before := origin{}
	for n := range f.new.units {
		from, ok := f.origins[n]
		if !ok {
			before = origin{}
			continue
		}
		is, was := &f.new.units[n], &from.file.old.units[from.unit]
		m := Moved{
			Line: is.line, Last: is.last, From: from.file, OldLine: was.line, OldLast: was.last,
		}
		if last := len(list) - 1; before.file == from.file && before.unit+1 == from.unit {
			list[last].Last, list[last].OldLast = max(list[last].Last, m.Last), max(list[last].OldLast, m.OldLast)
		} else {
			list = append(list, m)
		}
		before = from
	}
	return list
}

// Digests returns a digest of the code that moved here from each other file.
// With both states of f it determines which lines moved.
func (f *File) Digests() map[*File]string {
	code := make(map[*File][]byte)
	for n := range f.new.units {
		if from, ok := f.origins[n]; ok && from.file != f {
			code[from.file] = append(code[from.file], f.new.units[n].key[:]...)
		}
	}
	digests := make(map[*File]string, len(code))
	for file, keys := range code {
		sum := sha256.Sum256(slices.Clip(keys))
		digests[file] = hex.EncodeToString(sum[:8])
	}
	return digests
}
