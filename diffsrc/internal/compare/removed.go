package compare

// Removed is a run of statements that were deleted.
type Removed struct {
	Line    int // the line of the new state after which they were; 0 means before the first
	Old     int // their lines in the old state
	OldLast int
}

// Removed lists the statements that are gone without a replacement, and joins
// neighbours. If something was inserted in a statement's place, it was changed,
// not removed. What FindMoved found elsewhere is not gone.
func (f *File) Removed() []Removed {
	var list []Removed
	last := none // the unit that was listed last
	for _, r := range f.removals {
		if f.taken[r.unit] {
			continue
		}
		if r.joins && last == r.unit-1 {
			list[len(list)-1].OldLast = max(list[len(list)-1].OldLast, r.oldLast)
		} else {
			list = append(list, Removed{Line: r.line, Old: r.old, OldLast: r.oldLast})
		}
		last = r.unit
	}
	return list
}

// findRemovals finds the statements that are gone without a replacement.
func (f *File) findRemovals() {
	for _, g := range f.gaps() {
		if g.n0 < g.n1 {
			continue
		}
		for o := g.o0; o < g.o1; o++ {
			if !f.crossed[o] && f.old.units[o].kind < function {
				f.removals = append(f.removals, removal{unit: o, line: f.lineBefore(o, g),
					old: f.old.units[o].line, oldLast: f.lastGone(o, g.o1), joins: o > g.o0})
			}
		}
	}
}

// lastGone returns the line on which a removed unit ends, including its blocks
// if everything in them is gone. gap is the first unit after it that may stay.
func (f *File) lastGone(o, gap int) int {
	u := &f.old.units[o]
	if gap < len(f.old.units) && f.old.units[gap].first() < u.until {
		return u.last
	}
	return f.old.tokens[u.until-1].end
}

// lineBefore returns the line of the new state after which a unit of a gap was:
// the line of the last unit before the gap, or of the braces that follow it.
func (f *File) lineBefore(o int, g gap) int {
	i, j := 0, 0
	if g.o0 > 0 && g.n0 > 0 {
		i, j = f.old.units[g.o0-1].final()+1, f.new.units[g.n0-1].final()+1
	}
	for ; i < f.old.units[o].first() && j < len(f.new.tokens) && f.old.tokens[i].same(f.new.tokens[j]); j++ {
		i++
	}
	if j == 0 {
		return 0
	}
	return f.new.tokens[j-1].end
}
