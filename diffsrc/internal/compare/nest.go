package compare

// home is the block that a unit stands in, as far as that block is in both
// states: the new unit it belongs to, none at the top, and which of its blocks.
type home struct {
	unit int
	slot slot
}

// newHome returns the home of a new unit.
func (f *File) newHome(n int) home {
	for u := &f.new.units[n]; u.parent != none; u = &f.new.units[u.parent] {
		if f.stayed(u.parent) {
			return home{u.parent, u.slot}
		}
	}
	return home{unit: none}
}

// stayed reports whether a new unit was there before, with the same tokens or
// others.
func (f *File) stayed(n int) bool {
	if f.oldOf[n] != none {
		return true
	}
	_, ok := f.edited[n]
	return ok
}

// oldHome returns the home of an old unit.
func (f *File) oldHome(o int) home {
	for u := &f.old.units[o]; u.parent != none; u = &f.old.units[u.parent] {
		if n := f.newOf[u.parent]; n != none {
			return home{n, u.slot}
		}
		if n, ok := f.became[u.parent]; ok {
			return home{n, u.slot}
		}
	}
	return home{unit: none}
}

// isCrossed reports whether a pair's units stand in different blocks of units
// that stay.
func (f *File) isCrossed(o, n int) bool { return f.newHome(n) != f.oldHome(o) }

// partCrossed parts the pairs of units that stand in different blocks: they
// run under other conditions now.
func (f *File) partCrossed() {
	for n := range f.new.units { // outer units come first, but for literals that begin a statement
		if o := f.oldOf[n]; o != none && f.isCrossed(o, n) {
			f.part(o, n)
			f.crossed[o] = true
		}
	}
}
