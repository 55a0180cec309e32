package compare

import (
	"cmp"
	"container/heap"
	"path"
	"slices"
	"strings"
)

// A row of consecutive units must have this many letters and digits to count as
// moved. Shorter ones prove nothing: "return nil" is everywhere.
const (
	withinScore = 20 // within a file
	acrossScore = 40 // between files
)

const (
	manyPlaces    = 100 // a unit in more places is only found through its neighbours
	manyNamesakes = 50  // at most this many functions of one name are compared with each other
)

// FindMoved finds the changed units of files that only moved: an equal unit is
// gone from another place. At most one new unit takes each old one. So a copy
// whose original stays is not moved, and neither is a second copy of code that
// moved.
//
// It starts with functions of any size that are gone from one place and now in
// another under the same name, and compares each with itself. Then it takes
// rows of units, the longest first. What moved within a file does not depend on
// other files.
func FindMoved(files []*File) {
	for _, f := range files {
		m := mover{files: []*File{f}, least: withinScore}
		m.functions()
		m.rows()
		f.pairSingles()
	}
	m := mover{files: files, least: acrossScore}
	m.functions()
	m.rows()
}

// mover finds code that moved between some files.
type mover struct {
	files []*File
	least int // the score that a row needs
}

// wanted reports whether a new unit may have moved.
func (f *File) wanted(n int) bool {
	if f.Idle || n < 0 || n >= len(f.oldOf) || f.oldOf[n] != none {
		return false
	}
	_, found := f.origins[n]
	return !found
}

// free reports whether an old unit may have moved. The signature of a literal
// moves with its statement, even if it has been paired since with something new
// in the statement's place.
func (f *File) free(o int) bool {
	if o < 0 || o >= len(f.newOf) {
		return false
	}
	if u := &f.old.units[o]; u.kind == literal && u.parent != none && u.slot == inHeader && f.newOf[u.parent] == none && !f.taken[u.parent] {
		return true
	}
	return f.newOf[o] == none && !f.taken[o]
}

// gives reports whether f's old code may have moved into g. Code of a test has
// not run in production, so it may only move into tests.
func (f *File) gives(g *File) bool {
	return !strings.HasSuffix(f.OldPath, "_test.go") || strings.HasSuffix(g.Path, "_test.go")
}

func (f *File) take(n int, from origin) {
	f.origins[n] = from
	from.file.taken[from.unit] = true
	if f.new.units[n].hasLiteral {
		f.takeLiterals(n, from)
	}
}

// takeLiterals takes the signatures of a statement's literals along, which are
// on the same lines. Their old ones may be paired already, with something
// similar that is in the statement's old place now.
func (f *File) takeLiterals(n int, from origin) {
	new, old := f.new.literals(n), from.file.old.literals(from.unit)
	for i := range min(len(new), len(old)) {
		if f.wanted(new[i]) && f.new.units[new[i]].key == from.file.old.units[old[i]].key {
			f.origins[new[i]] = origin{from.file, old[i]}
			from.file.taken[old[i]] = true
		}
	}
}

// literals returns the function literals in a statement's own text.
func (t *text) literals(statement int) []int {
	var list []int
	for i := range t.units {
		if u := &t.units[i]; u.kind == literal && u.parent == statement {
			list = append(list, i)
		}
	}
	return list
}

// migration is a function that may have moved.
type migration struct {
	new   *File
	n     int
	old   *File
	o     int
	pairs []match // old and new units
	score int
}

// functions takes the equal units of functions that left one place and are now
// in another under the same name.
func (m mover) functions() {
	gone := make(map[string][]origin)
	for _, f := range m.files {
		for o := range f.old.units {
			if u := &f.old.units[o]; u.kind == function && f.free(o) {
				gone[u.name] = append(gone[u.name], origin{f, o})
			}
		}
	}
	var list []*migration
	for _, f := range m.files {
		for n := range f.new.units {
			u := &f.new.units[n]
			if u.kind != function || !f.wanted(n) || len(gone[u.name]) > manyNamesakes {
				continue
			}
			for _, from := range gone[u.name] {
				if g := newMigration(f, n, from); g != nil {
					list = append(list, g)
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *migration) int { return cmp.Or(b.score-a.score, a.distance()-b.distance()) })
	for _, g := range list {
		if g.new.wanted(g.n) && g.old.free(g.o) {
			g.take()
		}
	}
}

// newMigration compares two functions. It returns nil if they share less than
// half of the smaller one's statements.
func newMigration(f *File, n int, from origin) *migration {
	g := &migration{new: f, n: n, old: from.file, o: from.unit}
	if !g.old.gives(f) {
		return nil
	}
	old := freeUnits(g.o, g.old.old.units[g.o].next, g.old.free)
	new := freeUnits(n, f.new.units[n].next, f.wanted)
	ids := make(map[key]int)
	equal := longest(numbersOf(ids, g.old.old.units, old), numbersOf(ids, f.new.units, new), func(i int) int { return g.old.old.units[old[i]].score })
	inside := 0
	for _, e := range equal {
		g.pairs = append(g.pairs, match{old[e.a], new[e.b]})
		g.score += f.new.units[new[e.b]].score
		if new[e.b] != n {
			inside++
		}
	}
	statements := min(g.old.old.units[g.o].next-g.o, f.new.units[n].next-n) - 1
	if 2*inside < statements || len(equal) == 0 {
		return nil
	}
	return g
}

func freeUnits(from, to int, free func(int) bool) []int {
	var list []int
	for i := from; i < to; i++ {
		if free(i) {
			list = append(list, i)
		}
	}
	return list
}

func numbersOf(ids map[key]int, units []unit, which []int) []int {
	chosen := make([]unit, len(which))
	for i, k := range which {
		chosen[i] = units[k]
	}
	return numbered(ids, chosen)
}

// distance is 0 for functions of one file and 1 for functions of one directory.
func (g *migration) distance() int { return distance(g.old, g.new) }

func distance(old, new *File) int {
	switch {
	case old == new:
		return 0
	case path.Dir(old.OldPath) == path.Dir(new.Path):
		return 1
	}
	return 2
}

func (g *migration) take() {
	for _, p := range g.pairs {
		if g.old.free(p.a) && g.new.wanted(p.b) {
			g.new.take(p.b, origin{g.old, p.a})
		}
	}
}

// row is a row of units that may have moved: length old units from o on, and
// equal new ones from n on.
type row struct {
	new    *File
	n      int
	old    *File
	o      int
	length int
	score  int
}

// rows takes rows, the one with the highest score first.
func (m mover) rows() {
	q := m.findRows()
	heap.Init(&q)
	for q.Len() > 0 {
		r := heap.Pop(&q).(row)
		left := r.left()
		if len(left) == 1 && left[0].length == r.length {
			for k := range r.length {
				r.new.take(r.n+k, origin{r.old, r.o + k})
			}
			continue
		}
		for _, part := range left {
			if part.score >= m.least {
				heap.Push(&q, part)
			}
		}
	}
}

// left returns the parts of a row that are not taken yet.
func (r row) left() []row {
	var list []row
	open := false
	for k := range r.length {
		if !r.new.wanted(r.n+k) || !r.old.free(r.o+k) {
			open = false
			continue
		}
		if !open {
			list = append(list, row{new: r.new, n: r.n + k, old: r.old, o: r.o + k})
		}
		open = true
		part := &list[len(list)-1]
		part.length++
		part.score += r.new.new.units[r.n+k].score
	}
	return list
}

// findRows returns all rows that reach the score.
func (m mover) findRows() rowQueue {
	gone := make(map[key][]origin)
	for _, f := range m.files {
		for o := range f.old.units {
			if f.free(o) {
				gone[f.old.units[o].key] = append(gone[f.old.units[o].key], origin{f, o})
			}
		}
	}
	type diagonal struct {
		old *File
		by  int
	}
	var q rowQueue
	for _, f := range m.files {
		done := make(map[diagonal]int) // the unit after the diagonal's last row
		for n := range f.new.units {
			places := gone[f.new.units[n].key]
			if !f.wanted(n) || len(places) > manyPlaces {
				continue
			}
			for _, p := range places {
				d := diagonal{p.file, p.unit - n}
				if n < done[d] || !p.file.gives(f) {
					continue
				}
				r := longestRow(f, n, p)
				done[d] = r.n + r.length
				if r.score >= m.least {
					q = append(q, r)
				}
			}
		}
	}
	return q
}

// longestRow extends a row from one unit as far as possible in both directions.
func longestRow(f *File, n int, p origin) row {
	equal := func(n, o int) bool {
		return f.wanted(n) && p.file.free(o) && f.new.units[n].key == p.file.old.units[o].key
	}
	r := row{new: f, n: n, old: p.file, o: p.unit}
	for equal(r.n-1, r.o-1) {
		r.n, r.o = r.n-1, r.o-1
	}
	for equal(r.n+r.length, r.o+r.length) {
		r.score += f.new.units[r.n+r.length].score
		r.length++
	}
	return r
}

// rowQueue is a heap with the best row on top.
type rowQueue []row

func (q rowQueue) Len() int      { return len(q) }
func (q rowQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *rowQueue) Push(x any)   { *q = append(*q, x.(row)) }
func (q *rowQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func (q rowQueue) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(b.score-a.score, distance(a.old, a.new)-distance(b.old, b.new), strings.Compare(a.new.Path, b.new.Path),
		a.n-b.n, strings.Compare(a.old.OldPath, b.old.OldPath), a.o-b.o) < 0
}

// pairSingles takes units of any size that moved within a function if there is
// no doubt: there is one equal unit that is gone and one that is new. Returns,
// other jumps and signatures of literals are too common to be taken.
func (f *File) pairSingles() {
	for _, m := range f.namesakes {
		gone := make(map[key][]int)
		for i := m.a; i < f.old.units[m.a].next; i++ {
			if k := f.old.units[i].kind; f.free(i) && k != jump && k != literal {
				gone[f.old.units[i].key] = append(gone[f.old.units[i].key], i)
			}
		}
		come := make(map[key][]int)
		for i := m.b; i < f.new.units[m.b].next; i++ {
			if f.wanted(i) {
				come[f.new.units[i].key] = append(come[f.new.units[i].key], i)
			}
		}
		for k, is := range come {
			if was := gone[k]; len(is) == 1 && len(was) == 1 {
				f.take(is[0], origin{f, was[0]})
			}
		}
	}
}
