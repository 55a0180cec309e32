package compare

import (
	"slices"
)

// pairBetween pairs as many equal units as it can in the gaps between pairs. It
// pairs the earliest ones first. If that puts units into other blocks, it tries
// the latest ones.
func (f *File) pairBetween() {
	for _, g := range f.gaps() {
		earliest := f.equal(g, false)
		cost := f.try(g, earliest)
		if cost == 0 {
			continue
		}
		f.partAll(earliest)
		latest := f.equal(g, true)
		if f.try(g, latest) >= cost {
			f.partAll(latest)
			f.try(g, earliest)
		}
	}
}

// try pairs units of a gap and counts pairs whose units are then in different
// blocks.
func (f *File) try(g gap, list []match) int {
	f.pairAll(list)
	if f.crossing(list) == 0 {
		return 0
	}
	f.editAnew(g)
	return f.crossing(list)
}

func (f *File) pairAll(list []match) {
	for _, m := range list {
		f.pair(m.a, m.b)
	}
}

func (f *File) partAll(list []match) {
	for _, m := range list {
		f.part(m.a, m.b)
	}
}

// crossing counts the pairs whose units are in different blocks.
func (f *File) crossing(list []match) int {
	n := 0
	for _, m := range list {
		if f.isCrossed(m.a, m.b) {
			n++
		}
	}
	return n
}

// equal returns pairs of equal units of a gap, in order. It finds as many as
// possible, and among those sets the one with the most text. If several remain,
// it takes the ones nearest to the start, or to the end if latest is set. Pairs
// that were parted before are left out.
func (f *File) equal(g gap, latest bool) []match {
	rows, columns := g.o1-g.o0, g.n1-g.n0
	if rows == 0 || columns == 0 {
		return nil
	}
	if rows*columns > tableCells {
		ids := make(map[key]int)
		old, new := numbered(ids, f.old.units[g.o0:g.o1]), numbered(ids, f.new.units[g.n0:g.n1])
		list := longest(old, new, func(i int) int { return f.old.units[g.o0+i].score })
		for i := range list {
			list[i] = match{list[i].a + g.o0, list[i].b + g.n0}
		}
		return slices.DeleteFunc(list, func(m match) bool { return f.parted[m] })
	}
	at := func(i, j int) match { return match{g.o0 + i, g.n0 + j} }
	if latest {
		at = func(i, j int) match { return match{g.o1 - 1 - i, g.n1 - 1 - j} }
	}
	list := heaviest(rows, columns, func(i, j int) int {
		m := at(i, j)
		u := &f.old.units[m.a]
		if u.key != f.new.units[m.b].key || f.parted[m] {
			return 0
		}
		return weightOf(u.score)
	})
	for i, m := range list {
		list[i] = at(m.a, m.b)
	}
	return list
}

func numbered(ids map[key]int, units []unit) []int {
	out := make([]int, len(units))
	for i := range units {
		id, ok := ids[units[i].key]
		if !ok {
			id = len(ids)
			ids[units[i].key] = id
		}
		out[i] = id
	}
	return out
}

// partRounds limits how often partCrossed looks again. Each round parts pairs
// that were in the blocks of pairs that the round before parted.
const partRounds = 20

// partCrossed parts pairs whose units are in different blocks, because the code
// runs under other conditions now. Then it pairs the free units again, with
// others if possible.
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

// pairFunctions pairs the units of a function again if that keeps more
// statements, in their blocks, than the pairs outside the hunks do. The hunks
// can mislead: code that was put into a block has another indentation, and a
// diff of lines may then match some of its lines with those of other
// statements.
func (f *File) pairFunctions() {
	for i := 1; i < len(f.sections); i += 2 {
		s := f.sections[i]
		best := f.pairsOf(s)
		f.editAnew(s)
		score := len(best) - f.crossing(best)
		most := min(s.o1-s.o0, s.n1-s.n0)
		for _, latest := range []bool{false, true} {
			if score == most {
				break
			}
			f.partAll(f.pairsOf(s))
			list := f.equal(s, latest)
			if now := len(list) - f.try(s, list); now > score {
				best, score = list, now
			}
		}
		f.partAll(f.pairsOf(s))
		f.pairAll(best)
	}
}

// pairsOf returns the pairs in a section.
func (f *File) pairsOf(s gap) []match {
	var list []match
	for n := s.n0; n < s.n1; n++ {
		if o := f.oldOf[n]; o != none {
			list = append(list, match{o, n})
		}
	}
	return list
}
