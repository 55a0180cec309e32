package report

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/excuse"
	"github.com/goat-trace/goat/internal/view"
)

// Report is what the formats print.
type Report struct {
	Releases []*Release
	Problems []Problem
	Now      time.Time
	Goat     string // goat's version
}

// Problem says that a place could not be read completely.
type Problem struct {
	Place, Error string
	Note         bool // nothing is missing
}

// Sources are the source files of a release.
type Sources interface {
	view.Files
	// Path returns the path of a site's file in the repository.
	Path(*coverage.Site) (string, bool)
	// Owners returns who owns a site's file.
	Owners(*coverage.Site) []string
}

// Reader is implemented by Sources that have read the files' directives and error
// paths already. It is called by several goroutines.
type Reader interface {
	Said(*coverage.Site) *excuse.File
}

// Input is what a report is made from.
type Input struct {
	Releases []*coverage.Release
	Sources  func(*coverage.Release) Sources // nil if there are none
	// Tested says by stable id what tests ran; nil if there are no tests to compare
	// with.
	Tested   map[string]bool
	Granted  map[string]*Granted // excuses outside the source, by stable id
	Problems []Problem
	Now      time.Time
	Goat     string
}

// New makes a report.
func New(in Input) *Report {
	r := &Report{Problems: in.Problems, Now: in.Now, Goat: in.Goat}
	for _, release := range in.Releases {
		var sources Sources
		if in.Sources != nil {
			sources = in.Sources(release)
		}
		r.Releases = append(r.Releases, newRelease(release, sources, &in))
	}
	return r
}

func newRelease(release *coverage.Release, sources Sources, in *Input) *Release {
	r := &Release{Release: release, Title: view.Title(release)}
	if in.Tested != nil {
		r.Sides = new(Sides)
	}
	index := make(map[string]*File)
	for i := range release.Points {
		p := &Point{Point: &release.Points[i], Index: i}
		if p.InTestFile() {
			continue // tests do not count as code that they cover
		}
		r.Points = append(r.Points, p)
		key := p.Package + "\x00" + p.Path()
		f := index[key]
		if f == nil {
			f = newFile(&p.Site, sources)
			index[key] = f
			r.Files = append(r.Files, f)
		}
		p.File, p.Granted = f, in.Granted[p.StableID]
		f.Points = append(f.Points, p)
		if in.Tested != nil {
			p.Tested = in.Tested[p.StableID]
			r.Sides.add(p)
		}
	}
	slices.SortStableFunc(r.Files, func(a, b *File) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Package, b.Package))
	})
	r.readFiles(sources, in.Now)
	for _, f := range r.Files {
		r.Totals.plus(&f.Totals)
	}
	return r
}

func newFile(s *coverage.Site, sources Sources) *File {
	f := &File{Name: s.Path(), Package: s.Package, Profile: s.ProfileName()}
	if sources == nil {
		return f
	}
	if name, ok := sources.Path(s); ok {
		f.Name = name
	}
	f.Text, f.Note, f.Known = sources.Text(s)
	return f
}

// readFiles reads the directives and error paths of all files, on all cores.
func (r *Release) readFiles(sources Sources, now time.Time) {
	said := make([]*excuse.File, len(r.Files))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range r.Files {
		group.Go(func() error {
			if reader, ok := sources.(Reader); ok {
				said[i] = reader.Said(&f.Points[0].Site)
			} else {
				said[i] = excuse.Read([]byte(f.Text))
			}
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
	for i, f := range r.Files {
		for _, problem := range said[i].Problems {
			r.Wrong = append(r.Wrong, f.Name+": "+problem.Error())
		}
		for _, p := range f.Points {
			p.judge(said[i], now)
			if sources != nil {
				p.Owners = sources.Owners(&p.Site)
			}
			f.Totals.Add(p)
		}
		f.Lines = lines(f.Points)
		f.Totals.addLines(f.Lines)
	}
}

// judge finds a point's excuse, and whether it is in an error path. All the code
// that it vouches for must be excused.
func (p *Point) judge(said *excuse.File, now time.Time) {
	first, last := p.Line, p.Line
	if n := len(p.Lines); n > 0 {
		first, last = p.Lines[0][0], p.Lines[n-1][1]
	}
	if p.Excuse = said.Find(first, last, p.Kind != "stmt" && len(p.Lines) == 0); p.Excuse != nil {
		p.Expired = !p.Excuse.InForce(now)
	}
	p.ErrorPath = p.Site.ErrorPath || said.IsErrorPath(p.Line, max(first, last)) && p.Kind != "stmt" || said.IsErrorPath(first, last)
}
