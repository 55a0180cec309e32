package compare

import "slices"

// home is the block that a unit stands in, as far as that block is in both
// states: the new unit it belongs to, none at the top, and which of its blocks.
type home struct {
	unit int
	slot slot
}

// newHome returns the home of a new unit.
func (f *File) newHome(n int) home {
	for u := &f.new.units[n]; u.parent != none; u = &f.new.units[u.parent] {
		if o, named := f.namesake[u.parent]; f.oldOf[u.parent] != none || named && f.renewed(o, u.parent) {
			return home{u.parent, u.slot}
		}
	}
	return home{unit: none}
}

// oldHome returns the home of an old unit.
func (f *File) oldHome(o int) home {
	for u := &f.old.units[o]; u.parent != none; u = &f.old.units[u.parent] {
		if n := f.newOf[u.parent]; n != none {
			return home{n, u.slot}
		}
		if n := f.newFunction(u.parent); n != none && f.renewed(u.parent, n) {
			return home{n, u.slot}
		}
	}
	return home{unit: none}
}

// newFunction returns the new function that has the name of an old one.
func (f *File) newFunction(o int) int {
	i, ok := slices.BinarySearchFunc(f.namesakes, o, func(m match, o int) int { return m.a - o })
	if !ok {
		return none
	}
	return f.namesakes[i].b
}

// renewed reports whether a function has the same name and another signature.
func (f *File) renewed(o, n int) bool { return f.newOf[o] == none && f.oldOf[n] == none }

// isCrossed reports whether a pair's units stand in different blocks of units
// that stay.
func (f *File) isCrossed(o, n int) bool { return f.newHome(n) != f.oldHome(o) }

// partCrossed parts the pairs of units that stand in different blocks: they
// run under other conditions now. Outside of the hunks nothing is parted: the
// lines are what they were.
func (f *File) partCrossed() {
	for n := range f.new.units { // outer units come first, but for literals that begin a statement
		if o := f.oldOf[n]; o != none && f.anchor[n] != o && f.isCrossed(o, n) {
			f.part(o, n)
			f.crossed[o] = true
		}
	}
}
