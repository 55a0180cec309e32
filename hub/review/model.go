package review

import (
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/hub/store/source"
	"github.com/goat-trace/goat/internal/coverage"
)

// Review is a release at a glance.
type Review struct {
	Service fleet.Service
	Release fleet.ReleaseView
	Points  []Point // in the order of package, file and line
	Totals  Totals
	Pods    []Pod // those that have the points, first the ones that run
	// Last is the index of the point with the latest first hit, -1 for none.
	Last int
	// Base and BaseCommit are what the builds were compared with; "" if not known.
	Base, BaseCommit string
	OtherBases       []string // of builds that are left out
	Waiting          []string // digests of manifests that have not arrived
	Notes            []string // sentences about what the numbers leave out
	// NoSource says why there are no owners, commits and error paths; "" if there are.
	NoSource string
	// Reading says how far reading the source is; "" if it is done.
	Reading string
	// Judged has the gate's verdict, excuses and test runs; nil if there are no points.
	Judged *judge.Release
	Owned  bool // there is a CODEOWNERS file
	Made   time.Time
	Stale  bool // something has run since

	key    uint64
	hits   []time.Time // first hits, in order
	took   time.Duration
	merged *coverage.Release         // knows which instance ran which point; has no counts
	pods   map[*coverage.Process]int // index in Pods
	wanted wanted
	facts  *facts // nil until they are read
}

// Point is a point of a release.
type Point struct {
	coverage.Site
	Index     int // in Review.Points
	State     coverage.State
	Ran, Of   int                // instances that ran it, and that have it
	First     time.Time          // earliest first hit; zero if it never ran, or is not known
	FirstIn   string             // instance of the first hit
	Route     string             // of the first hit; "" if not known
	Path      string             // path in the repository if it is known, else as the build has it
	Owners    []string           // nil if nobody owns it, or if it is not known
	Commit    *source.CommitInfo // newest that changed its lines; nil if not known
	ErrorPath bool
	Excused   bool // it never ran, and need not
	Tested    bool // a test run ran it
}

// Name is the file's name in profiles: the import path of its package and its base
// name. It tells files of a release apart.
func (p *Point) Name() string { return p.ProfileName() }

// Totals are numbers of points.
type Totals struct {
	Points  int
	Ran     int // ran in all instances that have them
	Some    int // ran in some of these only
	Never   int // and should have
	Excused int // never, and need not
	// ErrorPaths are those of Never that are in error paths.
	ErrorPaths int
}

// Covered is how many points have run anywhere.
func (t Totals) Covered() int { return t.Ran + t.Some }

// Wanted is how many points count: all but the excused ones.
func (t Totals) Wanted() int { return t.Points - t.Excused }

func (t *Totals) add(p *Point) {
	t.Points++
	switch {
	case p.Excused:
		t.Excused++
	case p.State == coverage.Never:
		t.Never++
		if p.ErrorPath {
			t.ErrorPaths++
		}
	case p.State == coverage.Some:
		t.Some++
	default:
		t.Ran++
	}
}

// TotalsOf counts points.
func TotalsOf(points []*Point) (t Totals) {
	for _, p := range points {
		t.add(p)
	}
	return t
}

// Pod is an instance, and what it ran.
type Pod struct {
	Instance string // "" for those that are no longer kept
	Name     string
	State    fleet.InstanceState // "" for those that are no longer kept
	Seen     time.Time
	Points   int // that its build has
	Ran      int
	Alone    int // points that no other instance ran
	packages map[string]Share
}

// Share is a part of a whole.
type Share struct{ Ran, Of int }

// In is what the pod ran of a package.
func (p *Pod) In(pkg string) Share { return p.packages[pkg] }

// LastHit returns the point with the latest first hit, or nil.
func (v *Review) LastHit() *Point {
	if v.Last < 0 {
		return nil
	}
	return &v.Points[v.Last]
}

// Has reports whether there are points to decide by.
func (v *Review) Has() bool { return len(v.Points) > 0 }

// PodsOf returns the pods that ran a point, and those that have it and did not.
func (v *Review) PodsOf(p *Point) (ran, missing []*Pod) {
	list := func(of []*coverage.Process) (pods []*Pod) {
		for _, process := range of {
			if i, ok := v.pods[process]; ok {
				pods = append(pods, &v.Pods[i])
			}
		}
		return pods
	}
	return list(v.merged.RanIn(p.Index)), list(v.merged.Missing(p.Index))
}

// Unknown names what is not known, and Nobody a file without owner, in groups and
// filters.
const (
	Unknown = "unknown"
	Nobody  = "nobody"
)

// CommitID is the id of the point's commit, or Unknown.
func (p *Point) CommitID() string {
	if p.Commit == nil {
		return Unknown
	}
	return p.Commit.ID
}

// owners are the point's owners, or Nobody.
func (p *Point) owners() []string {
	if len(p.Owners) == 0 {
		return []string{Nobody}
	}
	return p.Owners
}

// FirstLine is where the point is shown.
func (p *Point) FirstLine() int {
	if len(p.Lines) > 0 {
		return max(p.Lines[0][0], 1)
	}
	return max(p.Line, 1)
}
