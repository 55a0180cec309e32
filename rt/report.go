package rt

import (
	"strconv"
	"time"
)

// Point is a tracking point and what has become of it.
type Point struct {
	ID        int    // 1…N by import path, file and position within this program
	StableID  string // the same across builds while function and kind stay; 16 hex digits
	Package   string // import path
	Module    string // module path
	Version   string // of a required module (setting modules); "" for the build's own
	File      string // relative to the module's directory, with slashes
	Func      string // without the package's path: F, (*T).M, F.func1
	Kind      string // stmt, then, else, default, case, loop, func or manual
	Line      int    // first line it stands for, 1-based
	EndLine   int    // last one, inclusive
	Lines     [][2]int
	Directive string    // "file:line" after the user's own //line directives, or ""
	Count     uint64    // 0 or 1; with the data type count the exact number of hits
	FirstHit  time.Time // when the observer first saw it hit; zero while not hit or not known
}

// Component is a part of the program: the main package with all it links, or
// what goat.yaml's components name.
type Component struct {
	ID      int    // 0 is the main package; the others follow by name
	Name    string // the main package's import path, or the name in goat.yaml
	Total   int    // its points
	Covered int    // those that have been hit
	Version string // digest of points and counts: equal while nothing has changed
}

// Ratio is the covered part, 0 to 1; 1 with no points.
func (c Component) Ratio() float64 {
	if c.Total == 0 {
		return 1
	}
	return float64(c.Covered) / float64(c.Total)
}

// Percent is the covered part as an integer, rounded down, so that 100 means
// all of it; 100 with no points.
func (c Component) Percent() int {
	if c.Total == 0 {
		return 100
	}
	return c.Covered * 100 / c.Total
}

// Report is one reading of all counters. Its methods may be called
// concurrently. It does not change; Read again for newer counts.
type Report struct {
	catalog *catalog
	counts  []uint64 // by id-1
	first   []int64  // by id-1; Unix nanoseconds
}

// Read reads all counters. It costs about a nanosecond a point; the first call
// also decodes the manifests.
func Read() *Report {
	state.mu.Lock()
	defer state.mu.Unlock()
	return read()
}

// TryRead is Read for the program's last moments: it does not wait, and
// returns nil when another goroutine is reading.
func TryRead() *Report {
	if !state.mu.TryLock() {
		return nil
	}
	defer state.mu.Unlock()
	return read()
}

// read needs state.mu.
func read() *Report {
	c := currentCatalog()
	observe(c)
	r := &Report{catalog: c, counts: make([]uint64, 0, c.total), first: make([]int64, 0, c.total)}
	for _, p := range c.packages {
		for i := range p.Points {
			r.counts = append(r.counts, c.count(p, i))
		}
		r.first = append(r.first, p.firstHit...)
	}
	return r
}

// Snapshot returns all points in the order of their ids with their present
// counts. It is Read().Points().
func Snapshot() []Point { return Read().Points() }

// Components returns the components in the order of their ids with their
// present counts. It is Read().Components().
func Components() []Component { return Read().Components() }

// MainPackage is the import path of the main package. It reads no counters.
func MainPackage() string {
	state.mu.Lock()
	defer state.mu.Unlock()
	return currentCatalog().build.Package
}

// Build says what the program was built from.
func (r *Report) Build() Build { return r.catalog.build }

// Points returns all points in the order of their ids.
func (r *Report) Points() []Point {
	points := make([]Point, 0, len(r.counts))
	for _, p := range r.catalog.packages {
		for i := range p.Points {
			points = append(points, r.point(p, i))
		}
	}
	return points
}

func (r *Report) point(p placed, i int) Point {
	return p.point(i, r.counts[p.base+i], r.first[p.base+i])
}

func (p placed) point(i int, count uint64, firstHit int64) Point {
	pt := &p.Points[i]
	return Point{
		ID: p.base + i + 1, StableID: pt.StableID, Package: p.path, Module: p.Module, Version: p.Version,
		File: pt.File, Func: pt.Func, Kind: pt.Kind,
		Line: pt.Line, EndLine: pt.EndLine, Lines: pt.Lines, Directive: pt.Directive,
		Count: count, FirstHit: unixTime(firstHit),
	}
}

func unixTime(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds).UTC()
}

// Components returns the components in the order of their ids.
func (r *Report) Components() []Component {
	all := make([]Component, 0, len(r.catalog.components))
	for i := range r.catalog.components {
		all = append(all, r.component(&r.catalog.components[i]))
	}
	return all
}

func (r *Report) component(c *component) Component {
	digest := fnvOffset
	covered := 0
	for _, p := range c.packages {
		digest = hashWord(digest, p.identity)
		for _, n := range r.counts[p.base : p.base+len(p.Points)] {
			digest = hashWord(digest, n)
			if n > 0 {
				covered++
			}
		}
	}
	return Component{
		ID: c.id, Name: c.name, Total: c.total, Covered: covered,
		Version: hex64(digest),
	}
}

// The digests are FNV-1a 64: they tell states apart, they protect nothing, and
// they exist in programs that allow FIPS 140 algorithms only.
const (
	fnvOffset uint64 = 14695981039346656037
	fnvPrime  uint64 = 1099511628211
)

func hashString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h * fnvPrime
}

// hashWord folds a word at once; byte by byte would be eight times the work
// for 100,000 counts.
func hashWord(h, w uint64) uint64 {
	h = (h ^ w) * fnvPrime
	return h ^ h>>29
}

func hex64(h uint64) string {
	const zeros = "0000000000000000"
	s := strconv.FormatUint(h, 16)
	return zeros[len(s):] + s
}
