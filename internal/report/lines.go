package report

import (
	"cmp"
	"slices"
)

// maxSpan limits how many lines a page may claim for one point.
const maxSpan = 100_000

// lines groups points by the lines that they vouch for.
func lines(points []*Point) []Line {
	index := make(map[int]int)
	var list []Line
	for _, p := range points {
		for _, r := range p.Lines {
			for n := max(r[0], 1); n <= min(r[1], r[0]+maxSpan); n++ {
				at, known := index[n]
				if !known {
					at = len(list)
					index[n] = at
					list = append(list, Line{Number: n})
				}
				list[at].Points = append(list[at].Points, p)
			}
		}
	}
	for _, p := range points {
		if at, known := index[p.Line]; known && p.Ran == 0 && len(p.Lines) == 0 {
			list[at].Untaken = append(list[at].Untaken, p)
		}
	}
	for i := range list {
		list[i].decide()
	}
	slices.SortFunc(list, func(a, b Line) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

// decide sets a line's state from its points.
func (l *Line) decide() {
	ran := 0
	l.Excused = true
	for i, p := range l.Points {
		if p.Ran > 0 {
			ran++
		} else if !p.Excused() {
			l.Excused = false
		}
		l.Count = max(l.Count, p.Count)
		if i == 0 || p.Ran < l.Ran {
			l.Ran, l.Of = p.Ran, p.Of
		}
	}
	switch {
	case ran == 0:
		l.State = LineNever
	case ran < len(l.Points) || slices.ContainsFunc(l.Untaken, (*Point).Missing):
		l.State = LinePartly
	default:
		l.State = LineRan
	}
	l.Excused = l.Excused && l.State != LineRan && !slices.ContainsFunc(l.Untaken, (*Point).Missing)
}

func (t *Totals) addLines(list []Line) {
	for i := range list {
		l := &list[i]
		if l.Excused && l.State == LineNever {
			continue
		}
		t.Lines++
		switch l.State {
		case LineRan:
			t.Ran++
		case LinePartly:
			t.Partly++
		default:
			t.Never++
		}
	}
}
