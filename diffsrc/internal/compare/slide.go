package compare

// When equal units follow each other, it is open which of them are the new
// ones. Of two "if err != nil { return err }" in a row, the first may be new,
// or the second, or the return of the first and the if of the second. A diff of
// lines does not know blocks and chooses any. So each run of new or removed
// units slides along equal ones to where the fewest units are in another block
// than before.

const (
	slideSteps = 32 // how far a run slides in either direction
	slideView  = 8  // how many units around a run are checked
)

// side is one of the two states.
type side struct {
	f     *File
	units []unit
	to    []int // the partners in the other state
	back  []int // the partners of those
	isNew bool

	section []int // the section of each unit
}

func (f *File) slide() {
	old, new := f.sectionNumbers()
	for _, s := range []side{{f, f.new.units, f.oldOf, f.newOf, true, new}, {f, f.old.units, f.newOf, f.oldOf, false, old}} {
		for i := 0; i < len(s.units); i++ {
			if s.to[i] == none {
				r := run{s, i, s.runEnd(i)}
				r.slide()
				i = r.j
			}
		}
	}
}

func (s side) runEnd(i int) int {
	for i < len(s.units) && s.to[i] == none {
		i++
	}
	return i
}

// run is a stretch [i, j) of units without partners.
type run struct {
	side
	i, j int
}

// slide moves the run to the best place that it can reach: the current one if
// no other is better, otherwise the nearest.
func (r *run) slide() {
	if !r.rises() && !r.sinks() {
		return
	}
	from, to := max(0, r.i-slideSteps-slideView), min(len(r.units), r.j+slideSteps+slideView)
	best, cost, at := 0, r.crossings(from, to), 0
	look := func() {
		if c := r.crossings(from, to); c < cost || c == cost && abs(at) < abs(best) {
			best, cost = at, c
		}
	}
	if cost == 0 {
		return
	}
	for ; at > -slideSteps && r.rises(); look() {
		r.rise()
		at--
	}
	for ; at < 0; at++ {
		r.sink()
	}
	for ; at < slideSteps && r.sinks(); look() {
		r.sink()
		at++
	}
	for ; at > best; at-- {
		r.rise()
	}
}

func abs(n int) int { return max(n, -n) }

// rises reports whether the run can move one unit towards the start.
func (r *run) rises() bool {
	return r.i > 0 && r.alone() && r.to[r.i-1] != none && r.units[r.i-1].key == r.units[r.j-1].key &&
		r.section[r.i-1] == r.section[r.j-1]
}

// sinks reports whether the run can move one unit towards the end.
func (r *run) sinks() bool {
	return r.j < len(r.units) && r.alone() && r.to[r.j] != none && r.units[r.i].key == r.units[r.j].key &&
		r.section[r.i] == r.section[r.j]
}

// alone reports whether the other state has nothing in the run's place.
func (r *run) alone() bool {
	before, after := none, len(r.back)
	if r.i > 0 {
		before = r.to[r.i-1]
	}
	if r.j < len(r.units) {
		after = r.to[r.j]
	}
	return after == before+1
}

func (r *run) rise() {
	r.move(r.i-1, r.j-1)
	r.i, r.j = r.i-1, r.j-1
}

func (r *run) sink() {
	r.move(r.j, r.i)
	r.i, r.j = r.i+1, r.j+1
}

// move moves the partner of one unit to an equal one.
func (r *run) move(from, to int) {
	r.to[to], r.to[from] = r.to[from], none
	r.back[r.to[to]] = to
}

// crossings counts the pairs of a stretch whose units are in different blocks.
func (s side) crossings(from, to int) int {
	n := 0
	for i := from; i < to; i++ {
		partner := s.to[i]
		if partner == none {
			continue
		}
		if s.isNew && s.f.isCrossed(partner, i) || !s.isNew && s.f.isCrossed(i, partner) {
			n++
		}
	}
	return n
}
