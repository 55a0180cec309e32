package coverage

import (
	"cmp"
	"slices"
)

// Total says how much of something has run.
type Total struct {
	Name    string
	Total   int // points
	Covered int // points that ran in any process
	Some    int // points of Covered that did not run in all processes that have them
}

// Never is how many points no process ran.
func (t Total) Never() int { return t.Total - t.Covered }

// Percent is the covered part as an integer, rounded down, so 100 means all; 100 if
// there are no points.
func (t Total) Percent() int {
	if t.Total == 0 {
		return 100
	}
	return t.Covered * 100 / t.Total
}

// Reaches reports whether the covered part is at least this many percent, without
// rounding.
func (t Total) Reaches(percent float64) bool {
	return t.Total == 0 || float64(t.Covered)*100 >= percent*float64(t.Total)
}

func (t *Total) add(s State) {
	t.Total++
	if s != Never {
		t.Covered++
	}
	if s == Some {
		t.Some++
	}
}

// Total counts all points.
func (r *Release) Total() Total {
	var t Total
	for i := range r.Points {
		t.add(r.Points[i].State())
	}
	return t
}

// Components counts the points of each component: what the programs that have the
// component ran of it. If there is only one program, its main package comes first.
func (r *Release) Components() []Total {
	list := make([]Total, 0, len(r.components))
	for i, c := range r.components {
		t := Total{Name: c.Name}
		programs := newBitsets(1, len(r.Processes))[0]
		for _, p := range r.programs[i] {
			programs.add(p)
		}
		for _, point := range c.Sites {
			has, ran := r.has[point].and(programs).count(), r.ran[point].and(programs).count()
			t.add((&Point{Ran: ran, Of: has}).State())
		}
		list = append(list, t)
	}
	return list
}

// Totals counts the points of each group, sorted by name. A point may be in several
// groups, or in none.
func (r *Release) Totals(groups func(*Site) []string) []Total {
	var list []Total
	index := make(map[string]int)
	for i := range r.Points {
		for _, name := range groups(&r.Points[i].Site) {
			at, known := index[name]
			if !known {
				at = len(list)
				index[name] = at
				list = append(list, Total{Name: name})
			}
			list[at].add(r.Points[i].State())
		}
	}
	slices.SortFunc(list, func(a, b Total) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// ByPackage, ByFile and ByFunc are groups for Totals.
func ByPackage(s *Site) []string { return []string{s.Package} }

// ByFile names a file as position does, with the module if it belongs to another
// module.
func ByFile(s *Site) []string { return []string{s.Path()} }

// ByFunc names a function as the Go runtime does: import path, dot, name.
func ByFunc(s *Site) []string { return []string{s.Package + "." + s.Func} }
