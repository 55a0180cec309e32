package marks

import (
	"cmp"
	"go/ast"
	"go/token"
	"iter"
	"slices"
	"sort"

	"github.com/goat-trace/goat/internal/syntax"
)

// Input is one file and its effective lines.
type Input struct {
	Fset  *token.FileSet
	File  *ast.File // parsed with comments
	Src   []byte
	Lines [][2]int // effective, 1-based, inclusive, ascending
	All   bool     // every line is effective
}

// File answers for one file. It is not safe for concurrent use.
type File struct {
	file      *token.File
	src       []byte
	starts    []int // offset of each line
	effective [][2]int
	all       bool
	tokens    []tok // the tokens on effective or ignored lines, ascending
	comments  comments
}

// tok is a token and the lines it is on.
type tok struct{ offset, first, last int32 }

// New reads the file's comments, and its tokens if they are needed to find
// changed statements.
func New(in Input) *File {
	f := &File{file: in.Fset.File(in.File.FileStart), src: in.Src, all: in.All}
	if f.file == nil || f.file.Size() != len(in.Src) {
		f.comments.file = true // src is not what was parsed: no points
		return f
	}
	if !f.all {
		f.effective = in.Lines
	}
	f.starts = f.file.Lines()
	f.comments = f.readComments(in.File)
	if !f.comments.file && (f.all || len(f.effective) > 0) {
		f.scan(in.File.Decls)
	}
	return f
}

// Wanted reports whether the file can hold a point at all.
func (f *File) Wanted() bool {
	return !f.comments.file && (len(f.tokens) > 0 || len(f.comments.inserts) > 0)
}

// Changed implements blocks.Marker.
func (f *File) Changed(own []syntax.Extent) (lines [][2]int, changed bool) {
	for t := range f.tokensIn(own) {
		if f.comments.ignoresLine(int(t.first), int(t.last)) {
			return nil, false
		}
		for n := int(t.first); n <= int(t.last); n++ {
			if f.isEffective(n) {
				lines = addLine(lines, n)
			}
		}
	}
	return lines, len(lines) > 0
}

// IgnoresText implements blocks.Marker.
func (f *File) IgnoresText(own []syntax.Extent) bool {
	if f.comments.ignoredLines == nil {
		return false
	}
	for t := range f.tokensIn(own) {
		if f.comments.ignoresLine(int(t.first), int(t.last)) {
			return true
		}
	}
	return false
}

// tokensIn yields the collected tokens in a text.
func (f *File) tokensIn(own []syntax.Extent) iter.Seq[tok] {
	return func(yield func(tok) bool) {
		for _, e := range own {
			from, end := f.file.Offset(e.Pos), f.file.Offset(e.End)
			i := sort.Search(len(f.tokens), func(i int) bool { return int(f.tokens[i].offset) >= from })
			for ; i < len(f.tokens) && int(f.tokens[i].offset) < end; i++ {
				if !yield(f.tokens[i]) {
					return
				}
			}
		}
	}
}

// Touches implements blocks.Marker.
func (f *File) Touches(from, to token.Pos) bool {
	if f.touchesLines(from, to) {
		return true
	}
	for _, c := range f.comments.inserts {
		if from <= c.Pos() && c.Pos() < to {
			return true
		}
	}
	return false
}

func (f *File) touchesLines(from, to token.Pos) bool {
	if f.all {
		return true
	}
	return f.isEffectiveRange(f.Line(from), f.Line(to))
}

// Line returns the line of a position in the file itself, 1-based, without
// applying //line directives.
func (f *File) Line(pos token.Pos) int { return f.lineAt(f.file.Offset(pos)) }

func (f *File) lineAt(offset int) int {
	return sort.Search(len(f.starts), func(i int) bool { return f.starts[i] > offset })
}

func (f *File) isEffective(line int) bool {
	if f.all {
		return true
	}
	i := f.effectiveFrom(line)
	return i < len(f.effective) && f.effective[i][0] <= line
}

// effectiveFrom returns the index of the first range that ends at or after line.
func (f *File) effectiveFrom(line int) int {
	return sort.Search(len(f.effective), func(i int) bool { return f.effective[i][1] >= line })
}

// addLine appends a line that is not before the end of the last range.
func addLine(lines [][2]int, n int) [][2]int {
	if last := len(lines) - 1; last >= 0 && n <= lines[last][1]+1 {
		lines[last][1] = max(n, lines[last][1])
		return lines
	}
	return append(lines, [2]int{n, n})
}

// Union merges two ascending lists of ranges and joins ranges that touch. It
// may change all.
func Union(all, more [][2]int) [][2]int {
	for _, r := range more {
		last := len(all) - 1
		switch {
		case last < 0 || r[0] > all[last][1]+1:
			all = append(all, r)
		case r[0] >= all[last][0]:
			all[last][1] = max(all[last][1], r[1])
		default:
			all = insert(all, r)
		}
	}
	return all
}

// insert adds a range that starts before the last range does.
func insert(all [][2]int, r [2]int) [][2]int {
	sorted := append(slices.Clone(all), r)
	slices.SortFunc(sorted, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return Union(nil, sorted)
}
