package compare

import "slices"

// nameFunctions finds the declared functions whose name occurs once in each
// state.
func (f *File) nameFunctions() {
	f.oldNames, f.newNames = f.old.functions(), f.new.functions()
	for name, o := range f.oldNames {
		if n, ok := f.newNames[name]; ok && o != none && n != none {
			f.namesakes = append(f.namesakes, match{o, n})
		}
	}
	slices.SortFunc(f.namesakes, func(a, b match) int { return a.a - b.a })
}

// functions returns the declared functions by name; none if several have the
// name.
func (t *text) functions() map[string]int {
	list := make(map[string]int)
	for i := range t.units {
		if u := &t.units[i]; u.kind == function {
			if _, ok := list[u.name]; ok {
				i = none
			}
			list[u.name] = i
		}
	}
	return list
}

// named reports whether the other state also has a function of one of these two
// names.
func (f *File) named(m match) bool {
	_, is := f.newNames[f.old.units[m.a].name]
	_, was := f.oldNames[f.new.units[m.b].name]
	return is || was
}

// findSections divides both states where functions begin and end that stay in
// their place, with the same name or, between those, with another one. Then a
// function's statements are compared with its own old ones, and not with those
// of a similar function beside it.
func (f *File) findSections() {
	at := gap{}
	enter := func(m match) {
		g := f.bodies(m)
		f.sections = append(f.sections, gap{at.o1, g.o0, at.n1, g.n0}, g)
		at = g
	}
	end := match{len(f.old.units), len(f.new.units)}
	for _, m := range append(f.chain(), end) {
		for _, r := range f.renamed(gap{at.o1, m.a, at.n1, m.b}) {
			enter(r)
		}
		if m != end {
			enter(m)
		}
	}
	f.sections = append(f.sections, gap{at.o1, end.a, at.n1, end.b})
	f.keepFunctions()
}

// keepFunctions records that each function that stays in its place is the same
// one, also if its signature changed.
func (f *File) keepFunctions() {
	f.edited, f.became = make(map[int]int), make(map[int]int)
	for i := 1; i < len(f.sections); i += 2 {
		if s := f.sections[i]; f.newOf[s.o0] == none && f.oldOf[s.n0] == none {
			f.edited[s.n0], f.became[s.o0] = s.o0, s.n0
		}
	}
}

// bodies returns two functions with everything in them.
func (f *File) bodies(m match) gap {
	return gap{m.a, f.old.units[m.a].next, m.b, f.new.units[m.b].next}
}

// chain returns functions of the same name that come in the same order in both
// states. If some have changed places, it chooses the order that keeps the most
// text outside the hunks.
func (f *File) chain() []match {
	best := make([]int, len(f.namesakes)) // the most text that a chain ending here keeps
	before := make([]int, len(f.namesakes))
	last := none
	for i, m := range f.namesakes {
		before[i] = none
		for j := range i {
			if f.namesakes[j].b < m.b && best[j] > best[i] {
				best[i], before[i] = best[j], j
			}
		}
		best[i] += 1 + f.textInside(f.bodies(m))
		if last == none || best[i] > best[last] {
			last = i
		}
	}
	var chain []match
	for i := last; i != none; i = before[i] {
		chain = append(chain, f.namesakes[i])
	}
	slices.Reverse(chain)
	return chain
}

// textInside counts the letters and digits of pairs whose units are both in a
// gap.
func (f *File) textInside(g gap) int {
	count := 0
	for n := g.n0; n < g.n1; n++ {
		if o := f.oldOf[n]; o >= g.o0 && o < g.o1 {
			count += f.new.units[n].score
		}
	}
	return count
}

// partAcross parts pairs whose units are in different sections.
func (f *File) partAcross() {
	for _, s := range f.sections {
		for n := s.n0; n < s.n1; n++ {
			if o := f.oldOf[n]; o != none && (o < s.o0 || o >= s.o1) {
				f.part(o, n)
			}
		}
	}
}

// sectionNumbers returns the number of the section that each unit is in.
func (f *File) sectionNumbers() (old, new []int) {
	old, new = make([]int, len(f.old.units)), make([]int, len(f.new.units))
	for i, s := range f.sections {
		for o := s.o0; o < s.o1; o++ {
			old[o] = i
		}
		for n := s.n0; n < s.n1; n++ {
			new[n] = i
		}
	}
	return old, new
}
