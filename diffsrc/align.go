package diffsrc

import (
	"encoding/binary"
	"sort"
)

// hunk is a difference between two files: old lines [o0, o1) were replaced by
// new lines [n0, n1). Either may be empty; it then stands before that line.
type hunk struct {
	o0, o1, n0, n1 int
}

// region is a difference between two token sequences, with the hunks in it.
type region struct {
	o0, o1, n0, n1 int
	hunks          []hunk
}

// alignment says which token of the new file is which one of the old file.
type alignment struct {
	old, new []lexeme
	toNew    []int // by old index; -1 for a deleted token
	toOld    []int // by new index; -1 for an inserted token
	regions  []region
}

const (
	tokenEdits = 1000 // beyond it, lines are compared instead of tokens
	lineEdits  = 2000 // beyond it, a region counts as replaced
)

// align compares two files inside their hunks. Outside of them the tokens
// are the same, except where a hunk opens or closes a comment or a raw string:
// there the lines between two hunks are compared as well.
func align(old, new []lexeme, hunks []hunk) *alignment {
	a := &alignment{old: old, new: new, toNew: filled(len(old)), toOld: filled(len(new))}
	a.regions = a.widened(a.nested(a.tokenRegions(hunks)))
	o, n := 0, 0
	for _, r := range a.regions {
		a.keep(o, n, r.o0-o)
		a.compare(r)
		o, n = r.o1, r.n1
	}
	a.keep(o, n, len(old)-o)
	return a
}

func filled(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = -1
	}
	return s
}

func (a *alignment) keep(o, n, count int) {
	for i := range count {
		a.toNew[o+i], a.toOld[n+i] = n+i, o+i
	}
}

// tokenRegions turns hunks of lines into ranges of tokens, joined where they
// share one. Separators before a range belong to it, because what follows
// decides whether they are there.
func (a *alignment) tokenRegions(hunks []hunk) []region {
	var list []region
	for _, h := range hunks {
		r := region{hunks: []hunk{h}}
		r.o0, r.o1 = tokensOn(a.old, h.o0, h.o1)
		r.n0, r.n1 = tokensOn(a.new, h.n0, h.n1)
		for r.o0 > 0 && a.old[r.o0-1].separator() {
			r.o0--
		}
		for r.n0 > 0 && a.new[r.n0-1].separator() {
			r.n0--
		}
		if last := len(list) - 1; last >= 0 && (r.o0 < list[last].o1 || r.n0 < list[last].n1) {
			list[last] = list[last].joined(r)
			continue
		}
		list = append(list, r)
	}
	return list
}

func (r region) joined(s region) region {
	return region{
		min(r.o0, s.o0), max(r.o1, s.o1), min(r.n0, s.n0), max(r.n1, s.n1),
		append(r.hunks[:len(r.hunks):len(r.hunks)], s.hunks...),
	}
}

// widened joins regions whose gap does not hold the same tokens on both sides.
func (a *alignment) widened(list []region) []region {
	out := []region{{}} // the start of both files
	for _, r := range append(list, region{len(a.old), len(a.old), len(a.new), len(a.new), nil}) {
		last := &out[len(out)-1]
		if a.sameGap(last.o1, r.o0, last.n1, r.n0) {
			out = append(out, r)
		} else {
			*last = last.joined(r)
		}
	}
	return out
}

func (a *alignment) sameGap(o0, o1, n0, n1 int) bool {
	if o1 < o0 || o1-o0 != n1-n0 {
		return false
	}
	for i := range o1 - o0 {
		if !a.old[o0+i].same(a.new[n0+i]) {
			return false
		}
	}
	return true
}

// compare matches the tokens of a region.
func (a *alignment) compare(r region) {
	ids := make(map[lexeme]int)
	old, new := interned(ids, a.old[r.o0:r.o1]), interned(ids, a.new[r.n0:r.n1])
	matches, ok := common(old, new, tokenEdits)
	if !ok {
		matches = a.commonLines(r, old, new)
	}
	for _, m := range matches {
		a.toNew[r.o0+m.a], a.toOld[r.n0+m.b] = r.n0+m.b, r.o0+m.a
	}
	a.settle(r)
}

func interned(ids map[lexeme]int, list []lexeme) []int {
	out := make([]int, len(list))
	for i, l := range list {
		key := lexeme{kind: l.kind, text: l.text}
		id, ok := ids[key]
		if !ok {
			id = len(ids)
			ids[key] = id
		}
		out[i] = id
	}
	return out
}

// commonLines matches whole lines first and then the tokens between them. old
// and new are the region's interned tokens.
func (a *alignment) commonLines(r region, old, new []int) []match {
	ids := make(map[string]int)
	oldLines, oldStarts := lineIDs(ids, a.old[r.o0:r.o1], old)
	newLines, newStarts := lineIDs(ids, a.new[r.n0:r.n1], new)
	lines, _ := common(oldLines, newLines, lineEdits)
	var matches []match
	o, n := 0, 0
	between := func(o1, n1 int) {
		inner, _ := common(old[o:o1], new[n:n1], tokenEdits)
		for _, m := range inner {
			matches = append(matches, match{o + m.a, n + m.b})
		}
	}
	for _, l := range lines {
		between(oldStarts[l.a], newStarts[l.b])
		o, n = oldStarts[l.a], newStarts[l.b]
		for ; o < oldStarts[l.a+1]; o, n = o+1, n+1 {
			matches = append(matches, match{o, n})
		}
	}
	between(len(old), len(new))
	return matches
}

// lineIDs interns the lines of a token sequence, each as the sequence of its
// tokens. starts has one more element than there are lines.
func lineIDs(ids map[string]int, list []lexeme, tokens []int) (lines, starts []int) {
	for i := 0; i < len(list); {
		j := i + sort.Search(len(list)-i, func(k int) bool { return list[i+k].line > list[i].line })
		key := make([]byte, 0, 4*(j-i))
		for _, id := range tokens[i:j] {
			key = binary.AppendUvarint(key, uint64(id))
		}
		id, ok := ids[string(key)]
		if !ok {
			id = len(ids)
			ids[string(key)] = id
		}
		lines, starts = append(lines, id), append(starts, i)
		i = j
	}
	return lines, append(starts, len(list))
}
