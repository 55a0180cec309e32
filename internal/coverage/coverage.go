package coverage

import (
	"math/bits"
	"slices"
	"strings"
	"time"
)

// Process is one run of a program and what its counters say. It does not change
// once Merge has got it.
type Process struct {
	Place   string    // where it was found: an address, a file; for people
	Host    string    // the host's name as its kernel has it, in Kubernetes the pod's name; "" if not known
	PID     int       // its process id on that host; 0 if not known
	Started time.Time // by its own clock; zero if not known

	// Static says that this is a binary that was read and did not run. It has
	// points but no hits, and does not count as a process of a release.
	Static bool

	Build  *Build            // may be shared with other processes
	Counts []uint64          // by index of Build.Points; with DataType bool 0 or 1
	Why    map[int]*FirstHit // by index of Build.Points, for a process that waits for first hits; nil where nothing is known
	First  []int64           // by index of Build.Points, when each was first seen hit: Unix nanoseconds, 0 if not known; nil if none is known
}

// FirstHit is what a process knows of a point's first hit, apart from its time.
type FirstHit struct {
	Goroutine uint64
	Route     string // of the request, or what the stack says of it; "" if not known
	// Run, Trace and Step say where it was recorded; "" and 0 if it was not.
	Run         string
	Trace, Step uint64
	Stack       []Frame // the innermost call first
	Values      []NamedValue
}

// Frame is a call in a stack.
type Frame struct {
	Func, File string
	Line       int
}

// NamedValue is a variable that the point's statement reads.
type NamedValue struct{ Name, Value string }

// newer reports whether p was read after q, if both are one process: counters only
// grow.
func (p *Process) newer(q *Process) bool {
	sum := func(p *Process) (n uint64) {
		for _, count := range p.Counts {
			n += count
		}
		return n
	}
	return sum(p) > sum(q)
}

// Release is all processes of one build, or of several builds from one commit
// against one base, for example for several main packages or architectures.
type Release struct {
	Build     Build // of the first process; its Points are those of all builds, see Points
	Processes []*Process
	Binaries  []*Process // the processes with Static set
	Points    []Point    // in the order of package, file and line

	components []Component // their indices are of Points
	ran        []bitset    // by point: the processes that ran it
	has        []bitset    // by point: the processes that have it
	programs   [][]int     // by component: the processes that have it
}

// Point is a tracking point and what the processes of a release say about it.
type Point struct {
	Site
	Count uint64 // the sum of all processes' counts, or the largest number that fits
	Ran   int    // the processes that ran it
	Of    int    // the processes that have it; 0 if only binaries do

	First   time.Time // the earliest known first hit; zero if not known
	FirstIn *Process  // the process with that first hit; nil if not known
}

// State says how many of the processes that have a point ran it.
type State int

const (
	Never State = iota // no process ran it
	Some               // some of the processes that have it
	All                // all processes that have it
)

func (s State) String() string { return [...]string{"never", "some", "all"}[s] }

// State returns the point's state.
func (p *Point) State() State {
	switch p.Ran {
	case 0:
		return Never
	case p.Of:
		return All
	}
	return Some
}

// RanIn returns the processes that ran the point with an index of Points, in the
// order of Processes.
func (r *Release) RanIn(point int) []*Process { return r.pick(r.ran[point]) }

// Missing returns the processes that have the point and did not run it.
func (r *Release) Missing(point int) []*Process { return r.pick(r.has[point].without(r.ran[point])) }

func (r *Release) pick(set bitset) []*Process {
	var list []*Process
	for i, p := range r.Processes {
		if set.has(i) {
			list = append(list, p)
		}
	}
	return list
}

// Name is a name for people that no other process of the release has: the pod's
// name. If several processes share a host, or its name is not known, it is the
// place.
func (r *Release) Name(p *Process) string {
	for _, other := range r.Processes {
		if p.Host == "" || other != p && other.Host == p.Host {
			return p.Place
		}
	}
	return p.Host
}

// Programs returns each application with its version, sorted.
func (r *Release) Programs() []string {
	var names []string
	for _, p := range r.all() {
		names = append(names, strings.TrimSpace(p.Build.App+" "+p.Build.Version))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// all returns processes and binaries.
func (r *Release) all() []*Process { return append(slices.Clone(r.Processes), r.Binaries...) }

// bitset is a set of small numbers.
type bitset []uint64

func newBitsets(n, size int) []bitset {
	words := (size + 63) / 64
	all, sets := make(bitset, n*words), make([]bitset, n)
	for i := range sets {
		sets[i] = all[i*words : (i+1)*words : (i+1)*words]
	}
	return sets
}

func (b bitset) add(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }

func (b bitset) without(c bitset) bitset {
	d := slices.Clone(b)
	for i := range d {
		d[i] &^= c[i]
	}
	return d
}

func (b bitset) count() (n int) {
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

func (b bitset) and(c bitset) bitset {
	d := slices.Clone(b)
	for i := range d {
		d[i] &= c[i]
	}
	return d
}
