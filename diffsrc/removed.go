package diffsrc

// removedRuns lists the statements that are gone and have nothing new in
// their place, neighbours joined. A statement in whose place something was
// inserted was changed rather than removed.
func removedRuns(a *alignment, statements []oldStatement) []Removed {
	g := newGaps(a)
	var list []Removed
	last := -1 // the gap of the last removed statement, when it directly precedes
	for i := range statements {
		gap, ok := -1, false
		if statements[i].gone {
			gap, ok = g.of(statements[i])
		}
		if !ok {
			last = -1
			continue
		}
		first, end := lineAt(a.old, statements[i].own[0], false), statements[i].lastLine(a, statements[i+1:])
		if n := len(list); n > 0 && gap == last {
			list[n-1].OldEndLine = max(list[n-1].OldEndLine, end)
			continue
		}
		list = append(list, Removed{Line: g.line(gap), OldLine: first, OldEndLine: end})
		last = gap
	}
	return list
}

// lastLine returns the line on which the statement ends: with its body if
// every statement in the body is gone as well, else with its header.
func (s *oldStatement) lastLine(a *alignment, following []oldStatement) int {
	line := lineAt(a.old, s.own[len(s.own)-1], true)
	for _, f := range following {
		if f.pos >= s.end {
			break
		}
		if !f.gone {
			return line
		}
	}
	for i := s.own[0]; i < len(a.old) && a.old[i].off < s.end; i++ {
		line = max(line, a.old[i].end)
	}
	return line
}

func lineAt(list []lexeme, i int, end bool) int {
	if end {
		return list[i].end
	}
	return list[i].line
}

// gaps knows, for each old token, the kept tokens around it.
type gaps struct {
	a        *alignment
	before   []int // by old index: the last kept token before it, in the new file; -1 for none
	after    []int // by old index: the first kept token after it, in the new file
	inserted []int // by new index: how many tokens before it were inserted, separators aside
}

func newGaps(a *alignment) *gaps {
	g := &gaps{a, make([]int, len(a.old)), make([]int, len(a.old)), make([]int, len(a.new)+1)}
	at := -1
	for i, n := range a.toNew {
		g.before[i] = at
		if n >= 0 {
			at = n
		}
	}
	at = len(a.new)
	for i := len(a.old) - 1; i >= 0; i-- {
		g.after[i] = at
		if a.toNew[i] >= 0 {
			at = a.toNew[i]
		}
	}
	for j, o := range a.toOld {
		g.inserted[j+1] = g.inserted[j]
		if o < 0 && !a.new[j].separator() {
			g.inserted[j+1]++
		}
	}
	return g
}

// of returns the place of the new file where a statement stood, as the index
// of the token before it. ok is false if something was inserted there or
// some of the statement is kept.
func (g *gaps) of(s oldStatement) (gap int, ok bool) {
	before, after := g.before[s.own[0]], g.after[s.own[len(s.own)-1]]
	for _, i := range s.own {
		if g.a.toNew[i] >= 0 {
			return 0, false
		}
	}
	return before, g.inserted[after] == g.inserted[before+1]
}

// line returns the line of the new file after which a gap is.
func (g *gaps) line(gap int) int {
	if gap < 0 {
		return 0
	}
	return g.a.new[gap].end
}
