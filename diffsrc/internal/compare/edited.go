package compare

// tokenEdits limits the comparison of two units: with more edits, they have too
// little in common.
const tokenEdits = 1000

// findEdited pairs changed units with similar old units in the same place:
// these were edited.
func (f *File) findEdited() {
	f.keepFunctions()
	for _, g := range f.gaps() {
		f.similar(g)
	}
	f.dropCrossedEdits(0, len(f.oldOf))
}

// dropCrossedEdits drops edited units that are also in another block than
// before, because the units inside them then are too.
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

// editAnew finds the edited units of a gap again after its pairs have changed.
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

// markLines finds the effective lines of each changed unit. For an edited unit,
// these are the lines that differ from the old one; for any other, all its
// lines.
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

// similar pairs the new units of a gap, in order, with old ones that share half
// of their words.
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

// comparable reports whether an old unit may have become a new one. A header
// must have blocks of the same kind, and a statement with function literals
// needs a partner with literals. A function may have been renamed.
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

// differing returns the lines on which a unit differs from what it was: the
// lines of inserted tokens, and one line beside tokens that were deleted
// without a replacement.
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
	if len(lines) == 0 { // only a separator, a literal or an else differs
		lines = append(lines, f.new.tokens[is.first()].line)
	}
	return lines
}

// lineBeside returns the line beside deleted tokens, which begin with the old
// unit's token o and end before the match m. It is the line of the token before
// them, or of the token after them if they shared a line with that one only.
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

// touchedLines returns the lines of an inserted token. Of a raw string it
// returns the lines that a hunk touched, or all of them if only a change
// elsewhere turned the text into code.
func (f *File) touchedLines(l lexeme) []int {
	if l.line == l.end {
		return []int{l.line}
	}
	var lines []int
	for _, h := range f.hunks {
		first, end := h.New, h.NewEnd
		if first == end { // a hunk deleted lines of the string here
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
