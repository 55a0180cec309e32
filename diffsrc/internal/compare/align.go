package compare

import (
	"slices"
	"sort"
)

const (
	tableCells = 1 << 18 // with more pairs of units, they are not weighed one by one
	unitEdits  = 2000    // with more edits, only units that occur once are paired
)

// gap is a stretch between two pairs: the unpaired old units [o0, o1) and new
// units [n0, n1).
type gap struct{ o0, o1, n0, n1 int }

// gaps returns the stretches between pairs in order, without empty ones. No gap
// reaches from one section into another.
func (f *File) gaps() []gap {
	var list []gap
	for _, s := range f.sections {
		list = append(list, f.gapsIn(s)...)
	}
	return list
}

func (f *File) gapsIn(s gap) []gap {
	var list []gap
	o, n := s.o0, s.n0
	for next := s.n0; next <= s.n1; next++ {
		oldEnd := s.o1
		if next < s.n1 {
			if f.oldOf[next] == none {
				continue
			}
			oldEnd = f.oldOf[next]
		}
		if oldEnd > o || next > n {
			list = append(list, gap{o, oldEnd, n, next})
		}
		o, n = oldEnd+1, next+1
	}
	return list
}

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

// weightOf weighs a pair so that the number of pairs counts first and their
// text second.
func weightOf(score int) int { return 1<<20 + min(score, 1<<10) }

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

// longest returns a longest common subsequence. If the sequences are short, it
// is the one with the greatest weight.
func longest(a, b []int, weight func(i int) int) []match {
	head := 0
	var list []match
	for head < len(a) && head < len(b) && a[head] == b[head] {
		list = append(list, match{head, head})
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	for _, m := range middle(a[head:len(a)-tail], b[head:len(b)-tail], func(i int) int { return weight(i + head) }) {
		list = append(list, match{m.a + head, m.b + head})
	}
	for ; tail > 0; tail-- {
		list = append(list, match{len(a) - tail, len(b) - tail})
	}
	return list
}

func middle(a, b []int, weight func(i int) int) []match {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	if len(a)*len(b) <= tableCells {
		return heaviest(len(a), len(b), func(i, j int) int {
			if a[i] != b[j] {
				return 0
			}
			return weightOf(weight(i))
		})
	}
	if list, ok := common(a, b, unitEdits); ok {
		return list
	}
	return byUnique(a, b, weight)
}

// heaviest returns the common subsequence of n and m elements with the greatest
// sum of weights. Elements whose weight is 0 are not paired.
func heaviest(n, m int, weight func(i, j int) int) []match {
	best := make([]int, (n+1)*(m+1)) // best sum from elements i and j on
	at := func(i, j int) *int { return &best[i*(m+1)+j] }
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			b := max(*at(i+1, j), *at(i, j+1))
			if w := weight(i, j); w > 0 {
				b = max(b, w+*at(i+1, j+1))
			}
			*at(i, j) = b
		}
	}
	var list []match
	for i, j := 0, 0; i < n && j < m; {
		w := weight(i, j)
		switch {
		case w > 0 && *at(i, j) == w+*at(i+1, j+1):
			list = append(list, match{i, j})
			i, j = i+1, j+1
		case *at(i, j) == *at(i+1, j):
			i++
		default:
			j++
		}
	}
	return list
}

// byUnique pairs elements that occur once on both sides and are in order, and
// then what is between them ("patience diff").
func byUnique(a, b []int, weight func(i int) int) []match {
	seen := make(map[int][2]int) // by id, how often it occurs in a and in b
	for _, id := range a {
		c := seen[id]
		seen[id] = [2]int{c[0] + 1, c[1]}
	}
	where := make(map[int]int)
	for j, id := range b {
		c := seen[id]
		seen[id] = [2]int{c[0], c[1] + 1}
		where[id] = j
	}
	var unique []match
	for i, id := range a {
		if seen[id] == [2]int{1, 1} {
			unique = append(unique, match{i, where[id]})
		}
	}
	unique = increasing(unique)
	if len(unique) == 0 {
		return nil
	}
	var list []match
	i, j := 0, 0
	for _, m := range append(unique, match{len(a), len(b)}) {
		for _, inner := range longest(a[i:m.a], b[j:m.b], func(k int) int { return weight(i + k) }) {
			list = append(list, match{inner.a + i, inner.b + j})
		}
		if m.a < len(a) {
			list = append(list, m)
		}
		i, j = m.a+1, m.b+1
	}
	return list
}

// increasing returns the longest part of list in which b increases; a increases
// in all of list.
func increasing(list []match) []match {
	var piles []int // by length, the index of the last match of the best part
	before := make([]int, len(list))
	for k, m := range list {
		p := sort.Search(len(piles), func(p int) bool { return list[piles[p]].b >= m.b })
		before[k] = none
		if p > 0 {
			before[k] = piles[p-1]
		}
		if p == len(piles) {
			piles = append(piles, k)
		} else {
			piles[p] = k
		}
	}
	var out []match
	if len(piles) > 0 {
		for k := piles[len(piles)-1]; k != none; k = before[k] {
			out = append(out, list[k])
		}
	}
	slices.Reverse(out)
	return out
}
