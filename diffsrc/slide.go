package diffsrc

import "go/token"

// Among equal tokens it is arbitrary which one was inserted or deleted: where
// "if x {" came to stand before "if y {", either "if x {" or "x { if" is new.
// So a run of such tokens is moved along them to where it begins and ends with
// lines, as whoever edits does; runs that meet on the way become one.

// slider is one of two aligned token sequences within a region.
type slider struct {
	list   []lexeme
	to     []int // by index: the other side's token, -1 for none
	back   []int // the other side's to
	lo, hi int   // the region on this side
	olo    int   // where it begins on the other side
	ohi    int   // and where it ends
}

// settle moves the inserted and the deleted tokens of a region.
func (a *alignment) settle(r region) {
	slider{a.new, a.toOld, a.toNew, r.n0, r.n1, r.o0, r.o1}.settle()
	slider{a.old, a.toNew, a.toOld, r.o0, r.o1, r.n0, r.n1}.settle()
}

func (s slider) settle() {
	for i := s.lo; i < s.hi; i++ {
		if s.to[i] < 0 {
			i = s.settleRun(i, s.end(i))
		}
	}
}

// end returns the end of the run that begins at i.
func (s slider) end(i int) int {
	for i < s.hi && s.to[i] < 0 {
		i++
	}
	return i
}

// settleRun moves the run [i, j) to the best place it can reach and returns
// its end.
func (s slider) settleRun(i, j int) int {
	for length := 0; j-i != length; {
		length = j - i
		for s.up(i, j) {
			i, j = s.grown(i-1, j-1)
		}
		for s.down(i, j) {
			i, j = s.grown(i+1, j+1)
		}
	}
	// It is as far down as it can be.
	best, cost, moved := 0, s.cuts(i, j), 0
	for cost > 0 && s.up(i, j) {
		i, j, moved = i-1, j-1, moved+1
		if c := s.cuts(i, j); c < cost {
			best, cost = moved, c
		}
	}
	for ; moved > best; moved-- {
		s.down(i, j)
		i, j = i+1, j+1
	}
	return j
}

// grown takes in the runs that a run has met.
func (s slider) grown(i, j int) (int, int) {
	for i > s.lo && s.to[i-1] < 0 {
		i--
	}
	return i, s.end(j)
}

// up moves a run by one token towards the start, if what is left is the same.
func (s slider) up(i, j int) bool {
	if i == s.lo || !s.pure(i, j) || !s.list[i-1].same(s.list[j-1]) {
		return false
	}
	s.move(i-1, j-1)
	return true
}

// down moves a run by one token towards the end.
func (s slider) down(i, j int) bool {
	if j == s.hi || !s.pure(i, j) || !s.list[i].same(s.list[j]) {
		return false
	}
	s.move(j, i)
	return true
}

func (s slider) move(from, to int) {
	s.to[to], s.to[from] = s.to[from], -1
	s.back[s.to[to]] = to
}

// pure reports whether nothing of the other side stands in the run's place.
func (s slider) pure(i, j int) bool {
	before, after := s.olo-1, s.ohi
	if i > s.lo {
		before = s.to[i-1]
	}
	if j < s.hi {
		after = s.to[j]
	}
	return after == before+1
}

// cuts counts the ends of a run that lie within a line; semicolons, mostly
// implied ones, are on neither side.
func (s slider) cuts(i, j int) int {
	n, first, next := 0, i, j
	for first < j-1 && s.list[first].kind == token.SEMICOLON {
		first++
	}
	for next < len(s.list)-1 && s.list[next].kind == token.SEMICOLON {
		next++
	}
	if i > 0 && s.list[i-1].end == s.list[first].line {
		n++
	}
	if j < len(s.list) && s.list[j-1].end == s.list[next].line {
		n++
	}
	return n
}
