package compare

// home is the block that a unit is in, as far as that block is in both
// states: the new unit it belongs to, none at the top, and which of its blocks.
type home struct {
	unit int
	slot slot
}

// newHome returns the home of a new unit. What is in a function that is new
// as a whole has a home of its own.
func (f *File) newHome(n int) home {
	if u := &f.new.units[n]; u.kind == literal && u.parent != none && f.was(u.parent) == none {
		return home{u.parent, u.slot} // a literal is the same one only in the same statement
	}
	for u := f.new.chainOf(n); u.parent != none; u = f.new.chainOf(u.parent) {
		if o := f.was(u.parent); o != none && f.old.units[o].has(u.slot) {
			return home{u.parent, u.slot}
		}
		if f.new.units[u.parent].kind == function {
			return home{u.parent, u.slot}
		}
	}
	return home{unit: none}
}

// oldHome returns the home of an old unit.
func (f *File) oldHome(o int) home {
	if u := &f.old.units[o]; u.kind == literal && u.parent != none && f.is(u.parent) == none {
		return home{gone, u.slot}
	}
	for u := f.old.chainOf(o); u.parent != none; u = f.old.chainOf(u.parent) {
		if n := f.is(u.parent); n != none && f.new.units[n].has(u.slot) {
			return home{n, u.slot}
		}
		if f.old.units[u.parent].kind == function {
			return home{gone, u.slot}
		}
	}
	return home{unit: none}
}

// gone stands for the home of what stood in a function that is not there any more.
const gone = -2

// chainOf returns the first if of a unit's else-if chain, or the unit: the ifs of
// a chain are at home where the first one is.
func (t *text) chainOf(i int) *unit {
	u := &t.units[i]
	for u.isElse {
		u = &t.units[u.parent]
	}
	return u
}

// was returns what a new unit was, with the same tokens or others; none if it
// was not there.
func (f *File) was(n int) int {
	if o := f.oldOf[n]; o != none {
		return o
	}
	if o, ok := f.edited[n]; ok {
		return o
	}
	return none
}

// is returns what an old unit is now.
func (f *File) is(o int) int {
	if n := f.newOf[o]; n != none {
		return n
	}
	if n, ok := f.became[o]; ok {
		return n
	}
	return none
}

// has reports whether a unit has a block. Only an else may be missing; an else
// if is none.
func (u *unit) has(s slot) bool { return s != inElse || u.hasElse }

// isCrossed reports whether a pair's units are in different blocks of units
// that stay.
func (f *File) isCrossed(o, n int) bool { return f.newHome(n) != f.oldHome(o) }

// partRounds bounds how often partCrossed looks again. Each round parts the
// pairs that stood in the blocks of pairs that the one before has parted.
const partRounds = 20

// partCrossed parts the pairs of units that are in different blocks: they
// run under other conditions now. What becomes free is paired anew, with other
// units if it can.
func (f *File) partCrossed() {
	f.parted = make(map[match]bool)
	for range partRounds {
		before := len(f.parted)
		for n := range f.new.units {
			if o := f.oldOf[n]; o != none && f.isCrossed(o, n) {
				f.part(o, n)
				f.parted[match{o, n}] = true
			}
		}
		if len(f.parted) == before {
			break
		}
		f.pairBetween()
		f.findEdited()
	}
	for m := range f.parted {
		if f.newOf[m.a] == none && f.oldOf[m.b] == none {
			f.crossed[m.a] = true
		}
	}
}
