package coverage

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// Merge joins the processes of each release by the stable ids of their points. A
// point ran if it ran in any process, and counts are added. The order of the
// processes does not matter. If a process was read several times, the latest
// reading counts. The release with the most processes comes first.
func Merge(processes []*Process) []*Release {
	var keys []string
	groups := make(map[string][]*Process)
	known := make(map[*Build]string)
	for _, p := range distinct(processes) {
		key, ok := known[p.Build]
		if !ok {
			key = p.Build.key()
			known[p.Build] = key
		}
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], p)
	}
	releases := make([]*Release, 0, len(keys))
	for _, key := range keys {
		releases = append(releases, newRelease(groups[key]))
	}
	slices.SortStableFunc(releases, func(a, b *Release) int {
		return cmp.Or(cmp.Compare(len(b.Processes), len(a.Processes)), b.started().Compare(a.started()),
			cmp.Compare(a.Build.key(), b.Build.key()))
	})
	return releases
}

// distinct keeps one reading of each process, and sorts them.
func distinct(processes []*Process) []*Process {
	type identity struct {
		host    string
		pid     int
		started time.Time
	}
	var kept []*Process
	index := make(map[identity]int)
	for _, p := range processes {
		id := identity{p.Host, p.PID, p.Started.UTC()}
		i, again := index[id]
		switch {
		case p.Started.IsZero() || !again:
			index[id] = len(kept)
			kept = append(kept, p)
		case p.newer(kept[i]):
			kept[i] = p
		}
	}
	slices.SortStableFunc(kept, func(a, b *Process) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Place, b.Place), cmp.Compare(a.PID, b.PID), a.Started.Compare(b.Started))
	})
	return kept
}

// started is when the latest process started.
func (r *Release) started() (latest time.Time) {
	for _, p := range r.Processes {
		if p.Started.After(latest) {
			latest = p.Started
		}
	}
	return latest
}

// newRelease merges processes with the same key; there is at least one.
func newRelease(processes []*Process) *Release {
	r := new(Release)
	for _, p := range processes {
		if p.Static {
			r.Binaries = append(r.Binaries, p)
		} else {
			r.Processes = append(r.Processes, p)
		}
	}
	processes = r.Processes
	r.Build = *r.all()[0].Build
	places := r.place()
	r.ran, r.has = newBitsets(len(r.Points), len(processes)), newBitsets(len(r.Points), len(processes))
	for i, p := range processes {
		r.add(i, p, places[p.Build])
	}
	for i := range r.Points {
		r.Points[i].Ran, r.Points[i].Of = r.ran[i].count(), r.has[i].count()
	}
	r.addComponents(places)
	return r
}

// place lists the points of all builds, and says where among them the sites of each
// build are.
func (r *Release) place() map[*Build][]int {
	places := make(map[*Build][]int)
	index := make(map[string]int)
	for _, p := range r.all() {
		if _, done := places[p.Build]; done {
			continue
		}
		list := make([]int, len(p.Build.Sites))
		for i, s := range p.Build.Sites {
			at, known := index[s.StableID]
			if !known || s.StableID == "" {
				at = len(r.Points)
				index[s.StableID] = at
				r.Points = append(r.Points, Point{Site: s})
			}
			list[i] = at
		}
		places[p.Build] = list
	}
	moved := r.sort()
	for _, list := range places {
		for i, at := range list {
			list[i] = moved[at]
		}
	}
	return places
}

// sort sorts the points and returns the new index of each.
func (r *Release) sort() []int {
	order := make([]int, len(r.Points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return comparePlaces(&r.Points[a].Site, &r.Points[b].Site) })
	sorted, moved := make([]Point, len(order)), make([]int, len(order))
	for to, from := range order {
		sorted[to], moved[from] = r.Points[from], to
	}
	r.Points = sorted
	return moved
}

// comparePlaces orders as ids do: by package, file and line. Sites on the same line
// compare equal, so a stable sort keeps the order of their build.
func comparePlaces(a, b *Site) int {
	return cmp.Or(strings.Compare(a.Package, b.Package), strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
}

// add adds the counters of a process.
func (r *Release) add(i int, p *Process, places []int) {
	for site, at := range places {
		r.has[at].add(i)
		if site >= len(p.Counts) || p.Counts[site] == 0 {
			continue
		}
		point := &r.Points[at]
		r.ran[at].add(i)
		if point.Count += p.Counts[site]; point.Count < p.Counts[site] {
			point.Count = math.MaxUint64
		}
		if site >= len(p.First) || p.First[site] == 0 {
			continue
		}
		if t := time.Unix(0, p.First[site]).UTC(); point.FirstIn == nil || t.Before(point.First) {
			point.First, point.FirstIn = t, p
		}
	}
}

// addComponents joins components with the same name.
func (r *Release) addComponents(places map[*Build][]int) {
	index := make(map[string]int)
	added := make(map[*Build]bool)
	for i, p := range r.all() {
		for _, c := range p.Build.Components {
			at, known := index[c.Name]
			if !known {
				at = len(r.components)
				index[c.Name] = at
				r.components, r.programs = append(r.components, Component{Name: c.Name}), append(r.programs, nil)
			}
			if !p.Static {
				r.programs[at] = append(r.programs[at], i)
			}
			if added[p.Build] {
				continue
			}
			for _, site := range c.Sites {
				r.components[at].Sites = append(r.components[at].Sites, places[p.Build][site])
			}
		}
		added[p.Build] = true
	}
	for i := range r.components {
		slices.Sort(r.components[i].Sites)
		r.components[i].Sites = slices.Compact(r.components[i].Sites)
		r.programs[i] = slices.Compact(r.programs[i])
	}
}
