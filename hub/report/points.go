package report

import (
	"path"
	"slices"
	"sort"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
)

// AddPoints adds what a release's points say to what the blocks say. The release
// must be of the report's commit; coverage.Merge makes it. Lines for which no point
// vouches are unmeasured in PointCounts.
func (r *IncrementalReport) AddPoints(release *coverage.Release) {
	files := make(map[string]*IncrementalFile, len(r.Files))
	for i := range r.Files {
		f := &r.Files[i]
		files[f.Name] = f
		for j := range f.Lines {
			f.Lines[j].Points = nil
		}
	}
	for i := range release.Points {
		p := &release.Points[i]
		if f := files[p.Package+"/"+path.Base(p.File)]; f != nil {
			f.addPoint(p)
		}
	}
	r.PointCounts = &Counts{}
	for _, f := range r.Files {
		for _, l := range f.Lines {
			if l.Points == nil {
				r.PointCounts.add(Unmeasured)
			} else {
				r.PointCounts.add(l.Points.State)
			}
		}
	}
}

// addPoint adds a point to the lines that it vouches for. Its intervals may be of
// any length, so the lines of the report are gone through, not theirs.
func (f *IncrementalFile) addPoint(p *coverage.Point) {
	for _, lines := range p.Lines {
		i := sort.Search(len(f.Lines), func(i int) bool { return f.Lines[i].Number >= lines[0] })
		for ; i < len(f.Lines) && f.Lines[i].Number <= lines[1]; i++ {
			f.Lines[i].addPoint(p)
		}
	}
}

func (l *Line) addPoint(p *coverage.Point) {
	state := Covered
	if p.State() == coverage.Never {
		state = Missed
	}
	if l.Points == nil {
		l.Points = &PointState{State: state, Ran: p.Ran, Of: p.Of, First: p.First}
		return
	}
	s := l.Points
	if s.State != state {
		s.State = Partial
	}
	if p.Ran < s.Ran {
		s.Ran, s.Of = p.Ran, p.Of
	}
	if known := slices.DeleteFunc([]time.Time{s.First, p.First}, time.Time.IsZero); len(known) > 0 {
		s.First = slices.MinFunc(known, time.Time.Compare)
	}
}
