package compare

import (
	"encoding/binary"
	"errors"
	"slices"
)

// errEncoding says that bytes are not what Encode returned.
var errEncoding = errors.New("they are no comparison of two files")

// Encode returns what Compare found, without the names of the states. Decode
// makes a File of it that answers as f does, before FindMoved. Of units that
// have a partner it keeps only what FindMoved asks about them.
func (f *File) Encode() []byte {
	var w writer
	w.units(f.old.units, f.newOf)
	w.units(f.new.units, f.oldOf)
	w.number(len(f.namesakes))
	for _, m := range f.namesakes {
		w.number(m.a)
		w.number(m.b)
	}
	changed := make([]int, 0, len(f.lines))
	for n := range f.lines {
		changed = append(changed, n)
	}
	slices.Sort(changed)
	w.number(len(changed))
	for _, n := range changed {
		w.number(n)
		w.number(len(f.lines[n]))
		for _, line := range f.lines[n] {
			w.number(line)
		}
	}
	w.number(len(f.removals))
	for _, r := range f.removals {
		w.number(r.unit)
		w.number(r.line)
		w.number(r.old)
		w.number(r.oldLast)
		w.flag(r.joins)
	}
	return w.b
}

// Decode returns the File that Encode was given.
func Decode(data []byte) (*File, error) {
	r := reading{b: data}
	f := &File{old: new(text), new: new(text), lines: make(map[int][]int), origins: make(map[int]origin)}
	f.old.units, f.newOf = r.units()
	f.new.units, f.oldOf = r.units()
	f.taken = make([]bool, len(f.old.units))
	for range r.count() {
		m := match{r.below(len(f.old.units)), r.below(len(f.new.units))}
		f.namesakes = append(f.namesakes, m)
	}
	for range r.count() {
		n := r.below(len(f.new.units))
		lines := make([]int, r.count())
		for i := range lines {
			lines[i] = r.number()
		}
		f.lines[n] = lines
	}
	for range r.count() {
		f.removals = append(f.removals, removal{unit: r.below(len(f.old.units)), line: r.number(), old: r.number(), oldLast: r.number(), joins: r.flag()})
	}
	if r.bad || len(r.b) > 0 {
		return nil, errEncoding
	}
	return f, nil
}

// told reports whether FindMoved may ask for more of a unit than whether it has
// a partner.
func told(u *unit, partner int) bool { return partner == none || u.kind >= function }

// writer writes numbers, each in as few bytes as it needs.
type writer struct{ b []byte }

func (w *writer) number(n int) { w.b = binary.AppendUvarint(w.b, uint64(n)) }

func (w *writer) flag(is bool) {
	if is {
		w.number(1)
	} else {
		w.number(0)
	}
}

// units writes the units of a state. For each that is told, the number of those
// before it that are not comes first.
func (w *writer) units(units []unit, partners []int) {
	w.number(len(units))
	silent := 0
	for i := range units {
		u := &units[i]
		if !told(u, partners[i]) {
			silent++
			continue
		}
		w.number(silent)
		silent = 0
		w.flag(partners[i] != none)
		w.b = append(w.b, u.key[:]...)
		w.b = append(w.b, byte(u.kind), byte(u.slot))
		w.number(len(u.name))
		w.b = append(w.b, u.name...)
		w.number(u.line)
		w.number(u.last)
		w.number(u.parent + 1)
		w.number(u.next)
		w.number(u.score)
		w.flag(u.hasLiteral)
	}
	w.number(silent)
}

// reading reads what a writer wrote. After the first fault it returns zeros.
type reading struct {
	b   []byte
	bad bool
}

func (r *reading) number() int {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > 1<<31 {
		r.b, r.bad = nil, true
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

// count reads how many entries follow. Each takes at least a byte.
func (r *reading) count() int {
	n := r.number()
	if n > len(r.b) {
		r.b, r.bad = nil, true
		return 0
	}
	return n
}

func (r *reading) below(limit int) int {
	n := r.number()
	if n >= limit {
		r.b, r.bad = nil, true
		return 0
	}
	return n
}

func (r *reading) flag() bool { return r.number() == 1 }

func (r *reading) take(n int) []byte {
	if n > len(r.b) {
		r.b, r.bad = nil, true
		return make([]byte, min(n, 32))
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

// maxUnits bounds the units of a file, so that bytes that were made up do not take
// all memory. A file that has more cannot be decoded.
const maxUnits = 1 << 20

func (r *reading) units() ([]unit, []int) {
	n := r.number()
	if n > maxUnits {
		r.b, r.bad = nil, true
		n = 0
	}
	var units []unit
	var partners []int
	for len(units) < n && !r.bad {
		silent := r.below(n - len(units) + 1)
		units = append(units, make([]unit, silent)...)
		partners = append(partners, make([]int, silent)...)
		if len(units) == n {
			return units, partners
		}
		var u unit
		partner := none
		if r.flag() {
			partner = 0
		}
		copy(u.key[:], r.take(len(u.key)))
		about := r.take(2)
		u.kind, u.slot = kind(about[0]), slot(about[1])
		u.name = string(r.take(r.count()))
		u.line, u.last = r.number(), r.number()
		u.parent, u.next = r.number()-1, r.number()
		u.score, u.hasLiteral = r.number(), r.flag()
		if u.parent >= n || u.next > n || u.kind > literal {
			r.b, r.bad = nil, true
		}
		units, partners = append(units, u), append(partners, partner)
	}
	if !r.bad && r.number() != 0 {
		r.bad = true
	}
	return units, partners
}
