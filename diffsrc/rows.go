package diffsrc

import (
	"maps"
	"slices"
	"sort"
)

// row is a range of inserted lines that a source holds one after the other.
// Lines without letters and digits neither count nor break it.
type row struct {
	source      int
	first, last int // by index of the range's keys
	score       int
}

// commonPlaces bounds where a row is looked for by one line: what stands in
// so many places is found by the lines around it, or needs no better source.
const commonPlaces = 100

// enoughGivers is how many sources a line is looked for in. Blame may align
// the first one's other lines so that the row in question is torn.
const enoughGivers = 2

// givers returns the sources that blame is to look at for a range: for each of
// its lines the ones that hold the rows of the highest scores.
func (p *suspects) givers(r lineRange, u *suspect) []int {
	rows := p.rows(r, u)
	slices.SortStableFunc(rows, func(a, b row) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return a.source - b.source
	})
	covered := make([]int, len(r.keys))
	chosen := make(map[int]bool)
	for _, w := range rows {
		if chosen[w.source] || slices.Min(covered[w.first:w.last+1]) >= enoughGivers {
			continue
		}
		chosen[w.source] = true
		for k := w.first; k <= w.last; k++ {
			covered[k]++
		}
	}
	return slices.Sorted(maps.Keys(chosen))
}

// rows returns the rows of a range that score enough, as long as they can be.
func (p *suspects) rows(r lineRange, u *suspect) []row {
	limit := len(p.all)
	if u.file.oldPath == u.file.path {
		limit = p.first
	}
	var rows []row
	seen := make(map[place]int) // where the last row on a diagonal ends
	for k, key := range r.keys {
		for _, at := range p.places(key, u.own, limit) {
			diagonal := place{at.source, at.line - k}
			if end, ok := seen[diagonal]; ok && end >= k {
				continue
			}
			w := p.extend(r, k, at)
			seen[diagonal] = w.last
			if w.score >= copyScore || w.source == u.own && w.score >= moveScore {
				rows = append(rows, w)
			}
		}
	}
	return rows
}

// places returns where a line stands: in the file's own state in the base,
// and in sources below limit.
func (p *suspects) places(key uint64, own, limit int) []place {
	all := p.hits[key]
	all = all[:sort.Search(len(all), func(i int) bool { return all[i].source >= limit })]
	if len(all) <= commonPlaces {
		return all
	}
	first := sort.Search(len(all), func(i int) bool { return all[i].source >= own })
	last := sort.Search(len(all), func(i int) bool { return all[i].source > own })
	mine := all[first:min(last, first+commonPlaces)]
	return append(mine[:len(mine):len(mine)], all[:commonPlaces]...)
}

// extend makes the row around line k, which stands at a place, as long as it can be.
func (p *suspects) extend(r lineRange, k int, at place) row {
	w := row{at.source, k, k, r.scores[k]}
	lines := p.lines[at.source]
	for w.first > 0 && at.line-(k-w.first) > 0 && lines[at.line-(k-w.first)-1] == r.keys[w.first-1] {
		w.first--
		w.score += r.scores[w.first]
	}
	for w.last+1 < len(r.keys) && at.line+w.last-k+1 < len(lines) && lines[at.line+w.last-k+1] == r.keys[w.last+1] {
		w.last++
		w.score += r.scores[w.last]
	}
	return w
}
