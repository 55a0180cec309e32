package compare

const (
	similarPairs = 1 << 16 // up to so many pairs of a gap are looked at
	tokenEdits   = 1000    // beyond it, the tokens of two units have too little in common
	lineEdits    = 2000    // beyond it, what is left of two files counts as replaced
)

// findEdited pairs changed units with old units in the same place that are
// similar: they were edited.
func (f *File) findEdited() {
	f.keepFunctions()
	for _, g := range f.gaps() {
		f.similar(g)
	}
	f.dropCrossedEdits(0, len(f.oldOf))
}

// dropCrossedEdits forgets edited units that also left their blocks: what stands
// in them did so too.
func (f *File) dropCrossedEdits(n0, n1 int) {
	for dropped := true; dropped; {
		dropped = false
		for n := n0; n < n1; n++ {
			if o, ok := f.edited[n]; ok && f.isCrossed(o, n) {
				delete(f.edited, n)
				delete(f.became, o)
				dropped = true
			}
		}
	}
}

// editAnew finds the edited units of a gap again, after its pairs were changed.
func (f *File) editAnew(g gap) {
	for n := g.n0; n < g.n1; n++ {
		if o, ok := f.edited[n]; ok && f.new.units[n].kind != function {
			delete(f.edited, n)
			delete(f.became, o)
		}
	}
	for _, part := range f.gapsIn(g) {
		f.similar(part)
	}
	f.dropCrossedEdits(g.n0, g.n1)
}

// markLines finds the effective lines of each changed unit: the lines where an
// edited one differs from what it was, all lines of any other.
func (f *File) markLines() {
	f.lines = make(map[int][]int)
	for n := range f.new.units {
		if f.oldOf[n] != none {
			continue
		}
		if o, ok := f.edited[n]; ok {
			f.lines[n] = f.differing(&f.old.units[o], &f.new.units[n])
			continue
		}
		f.new.units[n].each(func(i int) { f.lines[n] = append(f.lines[n], allLines(f.new.tokens[i])...) })
	}
}

// similar pairs the new units of a gap, in order, with old ones that have half
// of their words in common.
func (f *File) similar(g gap) {
	rows, columns := g.o1-g.o0, g.n1-g.n0
	if rows == 0 || columns == 0 || rows*columns > similarPairs {
		return
	}
	words := make(map[lexeme]int)
	old, new := f.old.words(words, g.o0, g.o1), f.new.words(words, g.n0, g.n1)
	count := make([]int, len(words))
	weights := make([]int, rows*columns)
	for i := range old {
		for j := range new {
			if f.comparable(g.o0+i, g.n0+j) {
				weights[i*columns+j] = likeness(old[i], new[j], count)
			}
		}
	}
	for _, m := range heaviest(rows, columns, func(i, j int) int { return weights[i*columns+j] }) {
		f.edited[g.n0+m.b], f.became[g.o0+m.a] = g.o0+m.a, g.n0+m.b
	}
}

// comparable reports whether one unit may have become the other one: the blocks
// of a header are those of a header of its kind, and function literals those of a
// statement with literals. A function with another name may have been renamed.
func (f *File) comparable(o, n int) bool {
	u, v := &f.old.units[o], &f.new.units[n]
	if _, taken := f.became[o]; taken || u.hasLiteral != v.hasLiteral || f.parted[match{o, n}] {
		return false
	}
	if _, taken := f.edited[n]; taken {
		return false
	}
	if u.kind == function && v.kind == function {
		return !f.named(match{o, n})
	}
	return u.kind == v.kind || u.kind <= jump && v.kind <= jump
}

// words numbers the names, literals and keywords of units. Brackets and
// operators are the same in most of them.
func (t *text) words(ids map[lexeme]int, from, to int) [][]int {
	list := make([][]int, to-from)
	for i := range list {
		t.units[from+i].each(func(k int) {
			if l := t.tokens[k]; l.names() {
				list[i] = append(list[i], number(ids, l))
			}
		})
	}
	return list
}

func number(ids map[lexeme]int, l lexeme) int {
	word := lexeme{kind: l.kind, text: l.text}
	id, ok := ids[word]
	if !ok {
		id = len(ids)
		ids[word] = id
	}
	return id
}

func (t *text) numbers(ids map[lexeme]int, u *unit) []int {
	var list []int
	u.each(func(i int) { list = append(list, number(ids, t.tokens[i])) })
	return list
}

// likeness returns 1000 for the same words, 250 if half of those of a and b
// are in both, and 0 for less. count is for shared.
func likeness(a, b []int, count []int) int {
	share := 2000 * len(shared(a, b, count)) / max(1, len(a)+len(b))
	if share < 500 {
		return 0
	}
	return share * share / 1000 // so that one that is equal weighs more than two that are not
}

// shared returns which numbers are in both a and b, as often as they are. count
// holds a zero for each number and is left so.
func shared(a, b []int, count []int) []int {
	for _, id := range a {
		count[id]++
	}
	var both []int
	for _, id := range b {
		if count[id] > 0 {
			count[id]--
			both = append(both, id)
		}
	}
	for _, id := range a {
		count[id] = 0
	}
	return both
}

// differing returns the lines on which a unit differs from what it was: the
// lines of inserted tokens, and where tokens were deleted and none inserted, the
// line of a token beside them.
func (f *File) differing(was, is *unit) []int {
	ids := make(map[lexeme]int)
	old, new := f.old.numbers(ids, was), f.new.numbers(ids, is)
	matches, _ := common(old, new, tokenEdits)
	wasAt, isAt := f.old.indexes(was), f.new.indexes(is)
	var lines []int
	o, n := 0, 0
	for _, m := range append(matches, match{len(old), len(new)}) {
		inserted := false
		for ; n < m.b; n++ {
			if l := f.new.tokens[isAt[n]]; !l.separator() {
				lines = append(lines, f.touchedLines(l)...)
				inserted = true
			}
		}
		if !inserted && m.a > o && len(matches) > 0 {
			lines = append(lines, f.lineBeside(wasAt, isAt, o, m))
		}
		o, n = m.a+1, m.b+1
	}
	if len(lines) == 0 { // a separator, a literal, or an else
		lines = append(lines, f.new.tokens[is.first()].line)
	}
	return lines
}

// lineBeside returns the new line of the token before deleted ones, which begin
// with the o-th of the old unit and end before a match, or of the token behind
// them if that alone was on their line.
func (f *File) lineBeside(wasAt, isAt []int, o int, m match) int {
	behind := m.b < len(isAt)
	if m.b == 0 || behind && f.old.tokens[wasAt[o-1]].end < f.old.tokens[wasAt[o]].line &&
		f.old.tokens[wasAt[m.a]].line == f.old.tokens[wasAt[m.a-1]].end {
		return f.new.tokens[isAt[m.b]].line
	}
	return f.new.tokens[isAt[m.b-1]].end
}

// indexes returns the indexes of a unit's tokens.
func (t *text) indexes(u *unit) []int {
	var list []int
	u.each(func(i int) { list = append(list, i) })
	return list
}

// allLines returns the lines of a token.
func allLines(l lexeme) []int {
	lines := make([]int, 0, 1)
	for line := l.line; line <= l.end; line++ {
		lines = append(lines, line)
	}
	return lines
}

// touchedLines returns the lines of an inserted token: of a raw string those
// that a hunk touched, all of them if it became code by a change elsewhere.
func (f *File) touchedLines(l lexeme) []int {
	if l.line == l.end {
		return []int{l.line}
	}
	var lines []int
	for _, h := range f.hunks {
		first, end := h.New, h.NewEnd
		if first == end { // lines were taken out of the string here
			first--
		}
		for line := max(first, l.line); line < end && line <= l.end; line++ {
			lines = append(lines, line)
		}
	}
	if lines == nil {
		return allLines(l)
	}
	return lines
}
