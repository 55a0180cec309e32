package profile

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"sort"
	"strconv"
)

// Mode is how a build counts.
type Mode string

// The modes of `go build -covermode`.
const (
	Set    Mode = "set"    // whether a block ran: counts are 0 and 1
	Count  Mode = "count"  // how often, inexactly where goroutines run in parallel
	Atomic Mode = "atomic" // how often
)

// modePrefix begins the first line of a text profile.
const modePrefix = "mode: "

// MaxCount is the largest count; sums stop there. It is what `go tool cover`
// can read on every machine that a hub runs on.
const MaxCount = math.MaxInt64

// Profile is what ran of the blocks of a program. It is immutable once made
// and safe for concurrent use.
type Profile struct {
	Mode  Mode
	Files []File // by name, ascending, each name once
}

// File holds the blocks of one source file.
type File struct {
	// Name is the import path of the package, a slash and the file's base name, or
	// a path of the machine that built it, for packages that were named so.
	Name string
	// Blocks are sorted by start, then end. No two have the same extent.
	Blocks []Block
}

// Block is a run of statements with one counter. Lines are 1-based, columns
// are bytes, 1-based, and 0 where a //line directive names none; the end is
// exclusive. Where a //line directive is inside the block, the end may lie
// before the start.
type Block struct {
	StartLine, StartCol, EndLine, EndCol uint32
	NumStmt                              uint32
	Count                                uint64 // at most MaxCount
}

var errLineZero = errors.New("lines are counted from 1")

// Compare orders blocks as File.Blocks has them.
func (b Block) Compare(c Block) int {
	return cmp.Or(cmp.Compare(b.StartLine, c.StartLine), cmp.Compare(b.StartCol, c.StartCol),
		cmp.Compare(b.EndLine, c.EndLine), cmp.Compare(b.EndCol, c.EndCol))
}

// Contains reports whether a position lies in the block. Its start always does:
// there its counter is, also where the block is empty, as that of a case
// without statements is.
func (b Block) Contains(line, col uint32) bool {
	if b.StartLine == line && b.StartCol == col {
		return true
	}
	return (b.StartLine < line || b.StartLine == line && b.StartCol <= col) &&
		(line < b.EndLine || line == b.EndLine && col < b.EndCol)
}

// Total counts statements.
type Total struct {
	Statements uint64 `json:"statements"`
	Covered    uint64 `json:"covered"`
}

// Add adds a block's statements.
func (t *Total) Add(b Block) {
	t.Statements += uint64(b.NumStmt)
	if b.Count > 0 {
		t.Covered += uint64(b.NumStmt)
	}
}

// Plus returns the sum of two totals.
func (t Total) Plus(u Total) Total {
	return Total{t.Statements + u.Statements, t.Covered + u.Covered}
}

// Percent returns the covered share, from 0 to 100; 0 when there are no
// statements, as `go tool cover` has it.
func (t Total) Percent() float64 {
	return 100 * float64(t.Covered) / float64(max(t.Statements, 1))
}

// Total counts the statements of all blocks, also of those that no function
// declaration holds.
func (p *Profile) Total() (t Total) {
	for i := range p.Files {
		t = t.Plus(p.Files[i].Total())
	}
	return t
}

// Total counts the statements of the file.
func (f *File) Total() (t Total) {
	for _, b := range f.Blocks {
		t.Add(b)
	}
	return t
}

// File returns the blocks of a file, nil when the profile has none of it.
func (p *Profile) File(name string) *File {
	i := sort.Search(len(p.Files), func(i int) bool { return p.Files[i].Name >= name })
	if i == len(p.Files) || p.Files[i].Name != name {
		return nil
	}
	return &p.Files[i]
}

// At returns the block that holds a position: of several the one that starts
// last. ok is false where there is none.
func (f *File) At(line, col uint32) (b Block, ok bool) {
	i := sort.Search(len(f.Blocks), func(i int) bool {
		b := f.Blocks[i]
		return b.StartLine > line || b.StartLine == line && b.StartCol > col
	})
	// Blocks are disjoint but for files with //line directives: a few steps back
	// do, and a hostile profile cannot make it many.
	for n := 0; i > 0 && n < 64; n++ {
		i--
		if f.Blocks[i].Contains(line, col) {
			return f.Blocks[i], true
		}
	}
	return Block{}, false
}

// CoveredDigest is a digest of which blocks there are and which of them ran. It
// stays the same while only counts grow.
func (p *Profile) CoveredDigest() [sha256.Size]byte {
	h := sha256.New()
	var buf []byte
	for _, f := range p.Files {
		buf = binary.AppendUvarint(buf[:0], uint64(len(f.Name)))
		buf = append(buf, f.Name...)
		buf = binary.AppendUvarint(buf, uint64(len(f.Blocks)))
		for _, b := range f.Blocks {
			for _, n := range [...]uint32{b.StartLine, b.StartCol, b.EndLine, b.EndCol, b.NumStmt} {
				buf = binary.AppendUvarint(buf, uint64(n))
			}
			buf = append(buf, byte(min(b.Count, 1)))
		}
		h.Write(buf)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// AppendText appends the profile in the text format: a mode line, and a line
// for each block.
func (p *Profile) AppendText(dst []byte) ([]byte, error) {
	dst = append(append(append(dst, modePrefix...), p.Mode...), '\n')
	for _, f := range p.Files {
		for _, b := range f.Blocks {
			dst = append(dst, f.Name...)
			for i, n := range [...]uint32{b.StartLine, b.StartCol, b.EndLine, b.EndCol, b.NumStmt} {
				dst = strconv.AppendUint(append(dst, ":.,. "[i]), uint64(n), 10)
			}
			dst = append(strconv.AppendUint(append(dst, ' '), b.Count, 10), '\n')
		}
	}
	return dst, nil
}

// Sum adds counts of one block as the mode has it: up to 1 in mode set, up to
// MaxCount in others.
func (m Mode) Sum(a, b uint64) uint64 {
	if m == Set {
		return min(max(a, b), 1)
	}
	if a, b = min(a, MaxCount), min(b, MaxCount); a > MaxCount-b {
		return MaxCount
	}
	return a + b
}
