package compare

// home is the innermost block around a unit that both states have: the block's
// owner, as a new unit (none at the top level), and which of the owner's blocks
// it is.
type home struct {
	unit int
	slot slot
}

// newHome returns the home of a new unit. Units in a function that is new have
// that function as home.
func (f *File) newHome(n int) home {
	if u := &f.new.units[n]; u.kind == literal && u.parent != none && f.was(u.parent) == none {
		return home{u.parent, u.slot} // a literal is the same only in the same statement
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

// gone is the home of units in a function that no longer exists.
const gone = -2

// chainOf returns the first if of the else-if chain that a unit belongs to, or
// the unit itself. All ifs of a chain have the home of the first one.
func (t *text) chainOf(i int) *unit {
	u := &t.units[i]
	for u.isElse {
		u = &t.units[u.parent]
	}
	return u
}

// was returns the old unit that a new one is paired with or was edited from, or
// none.
func (f *File) was(n int) int {
	if o := f.oldOf[n]; o != none {
		return o
	}
	if o, ok := f.edited[n]; ok {
		return o
	}
	return none
}

// is returns the new unit that an old one is paired with or became, or none.
func (f *File) is(o int) int {
	if n := f.newOf[o]; n != none {
		return n
	}
	if n, ok := f.became[o]; ok {
		return n
	}
	return none
}

// has reports whether a unit has a block in a slot. Only an else can be
// missing; an else if does not count as one.
func (u *unit) has(s slot) bool { return s != inElse || u.hasElse }

// isCrossed reports whether the units of a pair are in different blocks.
func (f *File) isCrossed(o, n int) bool { return f.newHome(n) != f.oldHome(o) }
