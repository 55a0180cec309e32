package compare

// Removed is a run of statements that were deleted.
type Removed struct {
	Line    int // the line of the new state behind which they stood; 0 is before the first
	Old     int // their lines in the old state
	OldLast int
}

// Removed lists the statements that are gone and have nothing new in their
// place, neighbours joined. Where something was inserted, a statement was
// changed rather than removed; what FindMoved found elsewhere is not gone.
func (f *File) Removed() []Removed {
	var list []Removed
	for _, g := range f.gaps() {
		if g.n0 < g.n1 {
			continue
		}
		joined := false
		for o := g.o0; o < g.o1; o++ {
			if f.crossed[o] || f.taken[o] || f.old.units[o].kind >= function {
				joined = false
				continue
			}
			r := Removed{Old: f.old.tokens[f.old.units[o].first()].line, OldLast: f.lastGone(o, g.o1)}
			if n := len(list); joined && n > 0 {
				list[n-1].OldLast = max(list[n-1].OldLast, r.OldLast)
				continue
			}
			r.Line = f.lineBefore(o, g)
			list = append(list, r)
			joined = true
		}
	}
	return list
}

// lastGone returns the line on which a removed unit ends: with its blocks if
// all in them is gone, else with its own text. gap is where the next unit that
// stays may be.
func (f *File) lastGone(o, gap int) int {
	u := &f.old.units[o]
	if gap < len(f.old.units) && f.old.units[gap].first() < u.until {
		return f.old.tokens[u.last()].end
	}
	return f.old.tokens[u.until-1].end
}

// lineBefore returns the line of the new state behind which a unit of a gap
// stood: behind the unit before the gap, and the braces that follow it.
func (f *File) lineBefore(o int, g gap) int {
	i, j := 0, 0
	if g.o0 > 0 {
		i, j = f.old.units[g.o0-1].last()+1, f.new.units[g.n0-1].last()+1
	}
	for ; i < f.old.units[o].first() && j < len(f.new.tokens) && f.old.tokens[i].same(f.new.tokens[j]); j++ {
		i++
	}
	if j == 0 {
		return 0
	}
	return f.new.tokens[j-1].end
}
