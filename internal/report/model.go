package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/excuse"
)

// Release is a release with its files.
type Release struct {
	*coverage.Release
	Title  string
	Files  []*File // by name
	Points []*Point
	Totals Totals
	Sides  *Sides   // nil unless there are both tests and other programs
	Wrong  []string // problems with excuses in the files; such an excuse excuses nothing
}

// File is a file with points.
type File struct {
	Name    string // path in the repository if that is known, with slashes
	Profile string // as Go's cover profiles name it: import path and base name
	Package string
	Text    string
	Known   bool   // Text is available
	Note    string // a note about Text; "" for none
	Points  []*Point
	Lines   []Line // the changed ones, ascending
	Totals  Totals
}

// Point is a point, with its excuse and whether it is in an error path.
type Point struct {
	*coverage.Point
	Index     int            // in coverage.Release.Points
	File      *File          // nil where only At is known
	At        string         // its place, where File is nil
	Excuse    *excuse.Excuse // nil for none
	Expired   bool           // the excuse's date is over
	Granted   *Granted       // an excuse that somebody granted outside the source; nil for none
	ErrorPath bool
	Owners    []string
	Tested    bool // a test ran it; see Release.Sides
}

// Granted is an excuse that somebody granted for a point, and not in the source: in
// the hub.
type Granted struct {
	Reason  string
	Person  string    // who answers for it
	Until   time.Time // the last day on which it holds, in UTC
	Expired bool
}

// Excused reports whether a point never ran and need not run.
func (p *Point) Excused() bool {
	return p.Ran == 0 && (p.Excuse != nil && !p.Expired || p.Granted != nil && !p.Granted.Expired)
}

// Reason says why a point is excused, until when, and whether the source says so.
// It is for points that are excused.
func (p *Point) Reason() (reason string, until time.Time, inSource bool) {
	if p.Excuse != nil && !p.Expired {
		return p.Excuse.Reason, p.Excuse.Until, true
	}
	return p.Granted.Reason, p.Granted.Until, false
}

// Missing reports whether a point never ran and should have run.
func (p *Point) Missing() bool { return p.Ran == 0 && !p.Excused() }

// Totals says how much has run. A point is covered, missing or excused.
type Totals struct {
	Points, Covered, Missing, Excused int
	Some                              int // points of Covered that did not run in all processes that have them
	ErrorPaths                        int // points of Missing that are in error paths
	Lines, Ran, Partly, Never         int // changed lines without the excused ones
}

// Wanted is how many points count: all but the excused ones.
func (t Totals) Wanted() int { return t.Points - t.Excused }

// Percent is the covered part of the points that count, rounded down; 100 if there
// are none.
func (t Totals) Percent() int {
	return coverage.Total{Total: t.Wanted(), Covered: t.Covered}.Percent()
}

// Add counts a point.
func (t *Totals) Add(p *Point) {
	t.Points++
	switch {
	case p.Ran > 0:
		t.Covered++
		if p.State() == coverage.Some {
			t.Some++
		}
	case p.Excused():
		t.Excused++
	default:
		t.Missing++
		if p.ErrorPath {
			t.ErrorPaths++
		}
	}
}

// Sides counts points by whether tests and other programs ran them.
type Sides struct{ Both, Tests, Programs, Neither int }

// Line is a changed line that points vouch for.
type Line struct {
	Number  int
	State   LineState
	Excused bool   // everything in it that did not run is excused
	Count   uint64 // of the point that ran most often
	Ran, Of int    // the processes of the point that ran in the fewest
	Points  []*Point
	// Untaken are branches that never ran and have this line as their header.
	Untaken []*Point
}

// LineState says how much of a line has run.
type LineState int

const (
	LineNever  LineState = iota // nothing
	LinePartly                  // a part, or a branch of it was never taken
	LineRan
)

func (s LineState) String() string { return [...]string{"never", "partly", "ran"}[s] }

// some reports whether a line ran in only some of the processes.
func (l *Line) some() bool { return l.State == LineRan && l.Ran < l.Of }

func (t *Totals) plus(o *Totals) {
	t.Points, t.Covered, t.Missing, t.Excused = t.Points+o.Points, t.Covered+o.Covered, t.Missing+o.Missing, t.Excused+o.Excused
	t.Some, t.ErrorPaths = t.Some+o.Some, t.ErrorPaths+o.ErrorPaths
	t.Lines, t.Ran, t.Partly, t.Never = t.Lines+o.Lines, t.Ran+o.Ran, t.Partly+o.Partly, t.Never+o.Never
}

func (s *Sides) add(p *Point) {
	switch {
	case p.Ran > 0 && p.Tested:
		s.Both++
	case p.Tested:
		s.Tests++
	case p.Ran > 0:
		s.Programs++
	default:
		s.Neither++
	}
}

// Missing returns the points that never ran and should have run, in the order of
// files and lines.
func (r *Release) Missing() []*Point {
	var list []*Point
	for _, f := range r.Files {
		for _, p := range f.sorted() {
			if p.Missing() {
				list = append(list, p)
			}
		}
	}
	return list
}

// sorted returns a file's points by line.
func (f *File) sorted() []*Point {
	list := slices.Clone(f.Points)
	slices.SortStableFunc(list, func(a, b *Point) int { return cmp.Compare(a.Line, b.Line) })
	return list
}

// What describes a point: "then branch of Refund".
func (p *Point) What() string {
	kinds := map[string]string{"stmt": "statement", "then": "then branch", "else": "else branch", "default": "default case", "loop": "loop body", "func": "function", "manual": "marked place"}
	what := cmp.Or(kinds[p.Kind], p.Kind)
	switch {
	case p.Func == "":
		return what
	case p.Kind == "func":
		return what + " " + p.Func
	}
	return what + " of " + p.Func
}

// span returns the lines that a point is shown at: those that it vouches for, or
// the header of a branch.
func (p *Point) span() (first, last int) {
	if n := len(p.Lines); n > 0 {
		return p.Lines[0][0], max(p.Lines[0][0], p.Lines[n-1][1])
	}
	return max(p.Line, 1), max(p.Line, 1)
}
