package rewrite

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
)

// bodyCopy is a body that stands twice. from is the offset of the byte after its
// opening brace, to that of its closing brace. Such bodies are not nested.
type bodyCopy struct {
	from, to   int
	head, tail string
}

func (e *editor) sortedCopies() []bodyCopy {
	slices.SortFunc(e.copies, func(a, b bodyCopy) int { return cmp.Compare(a.from, b.from) })
	return e.copies
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
