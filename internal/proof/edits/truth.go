package edits

import (
	"slices"
	"strings"
)

// truth is what is known about a case from how it was made.
type truth struct {
	*Case
	base, current Side
	origin        map[int]place      // units of the base by ID
	places        map[string][]place // where the kept units of a new file were; filled by swapped
	counts        [2]map[string]int
}

type place struct {
	file string
	unit int
}

func newTruth(c *Case) (*truth, error) {
	t := &truth{Case: c, origin: make(map[int]place), places: make(map[string][]place), counts: [2]map[string]int{{}, {}}}
	var err error
	if t.base, err = c.side(c.Base); err != nil {
		return nil, err
	}
	if t.current, err = c.side(c.New); err != nil {
		return nil, err
	}
	for name, file := range t.base {
		for i, id := range file.ids {
			t.origin[id] = place{name, i}
		}
	}
	for i, side := range []Side{t.base, t.current} {
		for _, file := range side {
			for _, u := range file.Units {
				t.counts[i][u.Text]++
			}
		}
	}
	return t, nil
}

// kept returns where a unit was in the base if it has the same tokens today.
func (t *truth) kept(name string, i int) (place, bool) {
	file := t.current[name]
	p, ok := t.origin[file.ids[i]]
	if !ok || t.base[p.file].Units[p.unit].Text != file.Units[i].Text {
		return place{}, false
	}
	return p, true
}

// inGoneFunctions returns the texts of the base's units whose function is not in
// the new file. An equal unit may or may not be taken for one of these.
func (t *truth) inGoneFunctions(old string, file *Source) map[string]bool {
	texts := make(map[string]bool)
	then, ok := t.base[old]
	if !ok {
		return texts
	}
	for _, u := range then.Units {
		if len(u.Around) > 0 && !slices.Contains(file.ids, then.ids[u.Around[0].Unit]) {
			texts[u.Text] = true
		}
	}
	return texts
}

// stays reports whether a unit keeps its tokens, its place and its blocks.
func (t *truth) stays(name, old string, i int) bool {
	p, kept := t.kept(name, i)
	return kept && p.file == old && !t.swapped(name, i, p) && t.sameBlocks(name, i, p)
}

// clearBlocks reports whether there is no doubt which blocks a unit opens and is
// in, because no header resembles another.
func (t *truth) clearBlocks(name string, i int) bool {
	units := t.current[name].Units
	u := units[i]
	clear := func(u Unit) bool { return t.counts[0][u.Text] <= 1 && t.counts[1][u.Text] <= 1 }
	return (clear(u) || !u.header()) && !slices.ContainsFunc(u.Around, func(p Place) bool { return !clear(units[p.Unit]) })
}

// swapped reports whether a unit changed places with another one that was kept: git
// decides which of the two counts as moved.
func (t *truth) swapped(name string, i int, p place) bool {
	places, ok := t.places[name]
	if !ok {
		places = make([]place, len(t.current[name].Units))
		for j := range places {
			places[j], _ = t.kept(name, j)
		}
		t.places[name] = places
	}
	for j, q := range places {
		if q.file == p.file && (j < i) != (q.unit < p.unit) && j != i {
			return true
		}
	}
	return false
}

// similar reports whether git must detect that a file was renamed: it needs half of
// the bytes, in equal lines.
func (t *truth) similar(name, old string) bool {
	left := make(map[string]int)
	lines := func(s *Source) []string { return strings.Split(s.Text, "\n") }
	for _, line := range lines(t.base[old]) {
		left[line]++
	}
	same := 0
	for _, line := range lines(t.current[name]) {
		if left[line]--; left[line] >= 0 {
			same += len(line)
		}
	}
	return same*10 > max(len(t.base[old].Text), len(t.current[name].Text))*7
}

// step is a block, identified by the ID of the unit that opens it.
type step struct {
	id     int
	branch string
}

// sameBlocks reports whether a unit is in the same blocks on both sides, counting
// only blocks that both sides have. A function that only one side has counts as
// another block.
func (t *truth) sameBlocks(name string, i int, p place) bool {
	was, is, ok := t.blocks(name, i, p)
	return ok && slices.Equal(was, is)
}

// blocks returns in which of the blocks that both sides have a unit was and is;
// false if only one side has its function.
func (t *truth) blocks(name string, i int, p place) (was, is []step, ok bool) {
	then, now := t.base[p.file], t.current[name]
	has := func(s *Source, id int, branch string) bool {
		i := slices.Index(s.ids, id)
		return i >= 0 && s.Units[i].has(branch)
	}
	inFunction := func(s, other *Source, u Unit) bool { // a function that both sides have
		return len(u.Around) == 0 || slices.Contains(other.ids, s.ids[u.Around[0].Unit])
	}
	if !inFunction(then, now, then.Units[p.unit]) || !inFunction(now, then, now.Units[i]) {
		return nil, nil, false
	}
	around := func(s, other *Source, u Unit) (all []step) {
		for _, b := range u.Around {
			if id := s.ids[b.Unit]; has(other, id, b.Branch) {
				all = append(all, step{id, b.Branch})
			}
		}
		return all
	}
	return around(then, now, then.Units[p.unit]), around(now, then, now.Units[i]), true
}

// tellsRenames reports whether it is certain which files were renamed.
func (t *truth) tellsRenames(precision int) bool {
	for name := range t.current {
		if old := t.old(name, precision, t.base); precision == 2 && old != name && old != "" && !t.similar(name, old) {
			return false
		}
	}
	return true
}
