package diffsrc

import "slices"

// change is the difference between two states of one Go file, in lines.
type change struct {
	hunks []hunk
	old   []lexeme
	new   []lexeme
	lines map[int]bool // the effective lines of the new file
	// shortened are those of them at which tokens were deleted, with the line
	// that the token before or behind these has in the old file.
	shortened map[int]int
	removed   []Removed
}

// effective finds the effective lines between two states of a file. old is
// nil for a file that the base does not have.
func effective(old, new []byte, hunks []hunk) *change {
	c := &change{hunks: hunks, old: scan(old), new: scan(new), lines: make(map[int]bool), shortened: make(map[int]int)}
	a := align(c.old, c.new, hunks)
	for _, r := range a.regions {
		c.markInserted(a, r)
	}
	if slices.Contains(a.toNew, -1) {
		c.markDeleted(a, old)
	}
	return c
}

// markInserted marks the lines that hold inserted tokens of a region. A
// separator counts only alone, where nothing around it was inserted: it then
// parts what was one (return x, return; x).
func (c *change) markInserted(a *alignment, r region) {
	for j := r.n0; j < r.n1; j++ {
		if a.toOld[j] >= 0 {
			continue
		}
		if l := a.new[j]; !l.separator() {
			c.markToken(l, r.hunks)
		} else if kept(a.toOld, j-1) && kept(a.toOld, j+1) {
			c.lines[a.new[j-1].end] = true
		}
	}
}

func kept(to []int, i int) bool { return i >= 0 && i < len(to) && to[i] >= 0 }

// markToken marks the lines of an inserted token: for a raw string the ones
// that a hunk touched, or all of them when it became code by a change elsewhere.
func (c *change) markToken(l lexeme, hunks []hunk) {
	if l.line == l.end {
		c.lines[l.line] = true
		return
	}
	touched := false
	for _, h := range hunks {
		first, end := h.n0, h.n1
		if first == end { // lines were taken out of the string here
			first--
		}
		for line := max(first, l.line); line < end && line <= l.end; line++ {
			c.lines[line] = true
			touched = true
		}
	}
	for line := l.line; !touched && line <= l.end; line++ {
		c.lines[line] = true
	}
}

// intervals returns a set of lines as ascending inclusive intervals, neither
// overlapping nor adjacent.
func intervals(lines map[int]bool) [][2]int {
	sorted := make([]int, 0, len(lines))
	for line := range lines {
		sorted = append(sorted, line)
	}
	slices.Sort(sorted)
	var list [][2]int
	for _, line := range sorted {
		if n := len(list); n > 0 && list[n-1][1]+1 == line {
			list[n-1][1] = line
			continue
		}
		list = append(list, [2]int{line, line})
	}
	return list
}
