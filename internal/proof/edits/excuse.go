package edits

// sure is how many letters and digits a moved row must have to be excused in any
// case. The rule's own limit is 40 between files.
const sure = 60

// excused says which units were moved and are large enough to be recognised.
func (t *truth) excused(name, old string) []bool {
	file := t.current[name]
	single := func(i int) bool {
		text := file.Units[i].Text
		return t.counts[0][text] == 1 && t.counts[1][text] == 1
	}
	out := make([]bool, len(file.Units))
	for i := range file.Units {
		p, kept := t.kept(name, i)
		out[i] = kept && single(i) && (t.withinFunction(name, i, p) || t.row(name, old, i, single) >= sure || t.functionMoved(name, i, p, single))
	}
	return out
}

// withinFunction reports whether a unit is still in its function, and is
// recognisable by itself.
func (t *truth) withinFunction(name string, i int, p place) bool {
	now, then := t.current[name], t.base[p.file]
	u, o := now.Units[i], then.Units[p.unit]
	if len(u.Around) == 0 || len(o.Around) == 0 || u.jump() || t.old(name, 1, t.base) != p.file {
		return false
	}
	head, ok := t.kept(name, u.Around[0].Unit)
	return ok && head == place{p.file, o.Around[0].Unit}
}

// row counts the letters of the moved row that a unit belongs to. The row may also
// be read as having stayed while other units passed it. In that case a unit of it
// that left its block has moved alone.
func (t *truth) row(name, old string, i int, single func(int) bool) int {
	units := t.current[name].Units
	atHome := func(j int) bool {
		p, ok := t.kept(name, j)
		return ok && p.file == old && t.sameBlocks(name, j, p)
	}
	moved := func(j int) bool { return single(j) && !t.stays(name, old, j) && (!atHome(j) || atHome(i)) }
	if !moved(i) {
		return 0
	}
	follows := func(a, b int) bool { // b was directly after a
		p, ok := t.kept(name, a)
		q, too := t.kept(name, b)
		return ok && too && p.file == q.file && p.unit+1 == q.unit && moved(a) && moved(b) &&
			deeper(t.base[p.file].Units, p.unit, q.unit) == deeper(units, a, b)
	}
	n := units[i].letters()
	for j := i; j > 0 && follows(j-1, j); j-- {
		n += units[j-1].letters()
	}
	for j := i; j+1 < len(units) && follows(j, j+1); j++ {
		n += units[j+1].letters()
	}
	return n
}

// deeper returns how many more blocks unit b is in than unit a.
func deeper(units []Unit, a, b int) int { return len(units[b].Around) - len(units[a].Around) }

// functionMoved reports whether a unit is at its old place in a function that has
// the same signature in another file.
func (t *truth) functionMoved(name string, i int, p place, single func(int) bool) bool {
	now, then := t.current[name], t.base[p.file]
	head := i
	if around := now.Units[i].Around; len(around) > 0 {
		head = around[0].Unit
	}
	h, kept := t.kept(name, head)
	if !kept || !single(head) || h.file != p.file || !t.sameBlocks(name, i, p) {
		return false
	}
	body := func(units []Unit, head int) (from, to int) {
		to = head + 1
		for to < len(units) && len(units[to].Around) > 0 && units[to].Around[0].Unit == head {
			to++
		}
		return head, to
	}
	f, e := body(now.Units, head)
	g, d := body(then.Units, h.unit)
	known := 0
	for j := f; j < e; j++ {
		if _, ok := t.kept(name, j); ok && single(j) {
			known++
		}
	}
	return known*3 >= 2*max(e-f, d-g) && settled(then.Units[g:d], now.Units[f:e], nil)[i-f]
}
