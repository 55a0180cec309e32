package edits

import (
	"maps"
	"slices"
)

// settledInBlocks says which units of a file every best alignment that keeps blocks
// matches with an equal one. Equal units in different blocks do not count as the
// same. If code left the blocks of a header that stays, that header may also be
// read as gone, and a similar new one as added. If as much stays in that reading,
// units must be matched in it, too.
func (t *truth) settledInBlocks(name, old string) []bool {
	a := t.reading(name, old, nil)
	byCount, count := a.inAll(one)
	byLetters, letters := a.inAll(a.size)
	out := both(byCount, byLetters)
	for _, without := range t.dividing(name, old) {
		r := t.reading(name, old, without)
		if in, n := r.inAll(one); n >= count {
			out = both(out, in)
		}
		if in, n := r.inAll(r.size); n >= letters {
			out = both(out, in)
		}
	}
	return out
}

// headers is a set of headers, by their IDs.
type headers map[int]bool

// reading is an alignment of a file in which some headers are not what they were.
func (t *truth) reading(name, old string, without headers) alignment {
	var then Source
	if old != "" {
		then = *t.base[old]
	}
	now := t.current[name]
	other := func(s step) bool { return without[s.id] }
	a := aligned(then.Units, now.Units)
	a.fits = func(i, j int) bool {
		if then.ids[i] == now.ids[j] && without[now.ids[j]] {
			return false
		}
		was, is, ok := t.blocks(name, j, place{old, i})
		return ok && slices.Equal(slices.DeleteFunc(was, other), slices.DeleteFunc(is, other))
	}
	return a
}

// dividing returns the headers whose blocks a unit left or entered, for units that
// the base has, or has an equal of. It returns the headers of each such unit, and
// all headers of a function.
func (t *truth) dividing(name, old string) []headers {
	if old == "" {
		return nil
	}
	var list []headers
	enter := func(h headers) {
		if !slices.ContainsFunc(list, func(known headers) bool { return maps.Equal(h, known) }) {
			list = append(list, h)
		}
	}
	all := make(map[int]headers) // by index of the function
	for i, u := range t.current[name].Units {
		for o, v := range t.base[old].Units {
			if u.Text != v.Text {
				continue
			}
			without := t.between(name, i, place{old, o})
			if len(without) == 0 {
				continue
			}
			enter(without)
			head := u.Around[0].Unit
			if all[head] == nil {
				all[head] = make(headers)
			}
			maps.Copy(all[head], without)
		}
	}
	for _, h := range all {
		enter(h)
	}
	return list
}

// between returns the headers that have a unit in their blocks today but had not in
// the base, or the reverse. A function is identified by its name.
func (t *truth) between(name string, i int, p place) headers {
	was, is, ok := t.blocks(name, i, p)
	if !ok || len(was) == 0 || len(is) == 0 || was[0] != is[0] {
		return nil
	}
	without := make(headers)
	for _, s := range slices.Concat(was, is) {
		if !slices.Contains(was, s) || !slices.Contains(is, s) {
			without[s.id] = true
		}
	}
	return without
}
