package rewrite

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"unicode"
	"unicode/utf8"
)

// insertion is text to be put before the byte at offset. Of several at one
// offset, the one with the lowest order comes first.
type insertion struct {
	offset int
	order  int
	text   string
	drop   int // bytes of the file's that it takes the place of
	// edit says that an edit has made it. hits is then what hits have made of it,
	// for a body that stands twice.
	edit bool
	hits string
	// moveColumns says that the columns after it may move.
	moveColumns bool
}

// bodyCopy is a body that stands twice. from is the offset of the byte after its
// opening brace, to that of its closing brace. Such bodies are not nested.
type bodyCopy struct {
	from, to   int
	head, tail string
}

func sortedCopies(copies []bodyCopy) []bodyCopy {
	slices.SortFunc(copies, func(a, b bodyCopy) int { return cmp.Compare(a.from, b.from) })
	return copies
}

// split divides sorted insertions into those before a body, in it and after it.
func (c bodyCopy) split(list []insertion) (before, inside, after []insertion) {
	i := sort.Search(len(list), func(i int) bool { return list[i].offset >= c.from })
	j := sort.Search(len(list), func(i int) bool { return list[i].offset > c.to })
	return list[:i], list[i:j], list[j:]
}

// ofHits returns the insertions that hits have made.
func ofHits(list []insertion) []insertion {
	var own []insertion
	for _, in := range list {
		if in.edit {
			in.text = in.hits
		}
		if in.text != "" {
			own = append(own, in)
		}
	}
	return own
}

// writer writes a file's text with insertions.
type writer struct {
	out         bytes.Buffer
	src         []byte
	pos         *positions
	labelPrefix string
}

// writeCopy writes a body twice. A directive before each one gives its bytes the
// positions that they have in the file.
func (w *writer) writeCopy(c bodyCopy, inserts []insertion) {
	w.out.WriteString(c.head)
	w.out.WriteString(w.pos.directive(c.from))
	w.write(c.from, c.to, inserts)
	w.out.WriteString(c.tail)
	w.out.WriteString(w.pos.directive(c.from))
	w.write(c.from, c.to, ofHits(inserts))
}

// write writes the text between two offsets with the insertions there.
func (w *writer) write(from, to int, inserts []insertion) {
	last := from
	moveColumns := true // of all insertions at one offset
	for i, in := range inserts {
		w.out.Write(w.src[last:in.offset])
		last = in.offset + in.drop
		w.out.WriteString(in.text)
		moveColumns = moveColumns && in.moveColumns
		if i+1 < len(inserts) && inserts[i+1].offset == in.offset {
			continue
		}
		if in.text == w.labelPrefix {
			name := identifierAt(w.src[last:])
			w.out.Write(w.src[last : last+name])
			last += name
		}
		if !moveColumns && !blankLine(w.src[last:]) {
			w.out.WriteString(w.pos.directive(last))
		}
		moveColumns = true
	}
	w.out.Write(w.src[last:to])
}

// blankLine reports whether the rest of the line is white space.
func blankLine(rest []byte) bool {
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return len(bytes.TrimSpace(rest)) == 0
}

// identifierAt returns the length of the identifier at the start of src.
func identifierAt(src []byte) int {
	n := 0
	for n < len(src) {
		r, size := utf8.DecodeRune(src[n:])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		n += size
	}
	return n
}
