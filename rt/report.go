package rt

import (
	"slices"
	"strconv"
	"sync"
	"time"
)

// Point is a tracking point and its count.
type Point struct {
	ID        int    // 1…N by import path, file and position within this program
	StableID  string // 16 hex digits, the same for the same code in all builds, see docs/compatibility.md
	Package   string // import path
	Module    string // module path
	Version   string // of a required module (setting modules); "" for the build's own
	File      string // relative to the module's directory, with slashes
	Func      string // without the package's path: F, (*T).M, F.func1
	Kind      string // stmt, then, else, default, case, loop, func or manual
	Line      int    // first line of the code, 1-based
	EndLine   int    // last line of the code, inclusive
	Lines     [][2]int
	Directive string    // "file:line" after the user's own //line directives, or ""
	Count     uint64    // 0 or 1; for the data type count, the exact number of hits
	FirstHit  time.Time // when the observer first saw it hit; zero if not hit or not known
}

// Component is a part of the program: the main package with everything that it
// links, or an entry of goat.yaml's components.
type Component struct {
	ID      int    // 0 is the main package; the others follow, sorted by name
	Name    string // the main package's import path, or the name in goat.yaml
	Total   int    // number of its points
	Covered int    // number of its points that were hit
	Version string // digest of points and counts; it changes when one of them does
}

// Ratio is the share of points that were hit, 0 to 1; 1 without points.
func (c Component) Ratio() float64 {
	if c.Total == 0 {
		return 1
	}
	return float64(c.Covered) / float64(c.Total)
}

// Percent is the share of points that were hit, in percent rounded down, so
// that 100 means all; 100 without points.
func (c Component) Percent() int {
	if c.Total == 0 {
		return 100
	}
	return c.Covered * 100 / c.Total
}

// Report is one reading of all counters. It does not change; call Read again
// for newer counts. Its methods may be called concurrently.
type Report struct {
	catalog *catalog
	counts  []uint64 // by id-1
	first   []int64  // by id-1; Unix nanoseconds
	sums    *sums    // nil in a report that does not keep them
	pace    func() error
}

// sums are values that are computed once for a report, when first needed.
type sums struct {
	components func() []Component
	first      func() []uint64 // for each component, a digest of its times of first hits
}

// Read reads all counters, which takes about a nanosecond per point. The first
// call also decodes the manifests. While nothing changes, reports share their
// memory, 16 bytes per point.
func Read() *Report {
	state.mu.Lock()
	defer state.mu.Unlock()
	r, _ := read(nil)
	return r
}

// ReadPaced is Read, but calls pace between short stretches of its work, as do
// the methods of the returned report (see Paced). It returns pace's error.
func ReadPaced(pace func() error) (*Report, error) {
	state.mu.Lock()
	defer state.mu.Unlock()
	r, err := read(pace)
	if err != nil {
		return nil, err
	}
	return r.Paced(pace), nil
}

// Paced returns the same report, but WriteTrack and WriteMetrics of it call
// pace after about 64 points, which is at most 100 µs of work. pace may let
// others run, or measure. If it returns an error, the work ends.
func (r *Report) Paced(pace func() error) *Report {
	paced := *r
	paced.pace = pace
	return &paced
}

// TryRead is Read for the program's last moments: it does not wait, and returns
// nil if another goroutine is reading.
func TryRead() *Report {
	if !state.mu.TryLock() {
		return nil
	}
	defer state.mu.Unlock()
	r, _ := read(nil)
	return r
}

// read requires state.mu. If nothing has changed, it returns the last report
// again.
func read(pace func() error) (*Report, error) {
	c := currentCatalog()
	observe(c)
	counts, err := c.readCounts(state.spare[:0], pace)
	state.spare = counts
	if err != nil {
		return nil, err
	}
	if last := state.last; last != nil && last.catalog == c && slices.Equal(last.counts, counts) && c.sameFirst(last.first) {
		return last, nil
	}
	state.spare = nil
	r := &Report{catalog: c, counts: counts, first: make([]int64, 0, c.total)}
	for _, p := range c.packages {
		r.first = append(r.first, p.firstHit...)
	}
	state.last = r.summed()
	return state.last, nil
}

// summed returns the same report, but one that computes its sums only once.
func (r *Report) summed() *Report {
	kept := *r
	kept.sums = &sums{components: sync.OnceValue(r.components), first: sync.OnceValue(func() []uint64 {
		var all []uint64
		for i := range r.catalog.components {
			all = append(all, r.firstDigest(&r.catalog.components[i]))
		}
		return all
	})}
	return &kept
}

// readCounts appends all counts to counts.
func (c *catalog) readCounts(counts []uint64, pace func() error) ([]uint64, error) {
	const stretch = 8192 // number of words, which take about 10 µs to read
	counts = slices.Grow(counts, c.total)
	words := 0
	for _, p := range c.packages {
		for first := 0; first < len(p.Points); {
			n := min(len(p.Points)-first, max(1, stretch/max(1, p.shards)))
			counts = p.appendCounts(counts, first, n)
			first += n
			if words += n * max(1, p.shards); words >= stretch && pace != nil {
				words = 0
				if err := pace(); err != nil {
					return counts, err
				}
			}
		}
		own := counts[len(counts)-len(p.Points):]
		for _, i := range slices.Backward(p.shared) {
			own[i] = own[i+1]
		}
	}
	if c.build.DataType != "count" {
		for i, n := range counts {
			counts[i] = min(n, 1)
		}
	}
	return counts, nil
}

// sameFirst reports whether the times of first hits are unchanged.
func (c *catalog) sameFirst(first []int64) bool {
	for _, p := range c.packages {
		if !slices.Equal(p.firstHit, first[p.base:p.base+len(p.Points)]) {
			return false
		}
	}
	return true
}

// Snapshot returns all points with their current counts in the order of their
// ids. It is Read().Points().
func Snapshot() []Point { return Read().Points() }

// Components returns the components with their current counts in the order of
// their ids. It is Read().Components().
func Components() []Component { return Read().Components() }

// MainPackage returns the import path of the main package. It reads no
// counters.
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
	if r.sums != nil {
		return slices.Clone(r.sums.components())
	}
	return r.components()
}

func (r *Report) components() []Component {
	all := make([]Component, 0, len(r.catalog.components))
	for i := range r.catalog.components {
		all = append(all, r.sum(&r.catalog.components[i]))
	}
	return all
}

func (r *Report) component(c *component) Component {
	if r.sums != nil {
		return r.sums.components()[c.id]
	}
	return r.sum(c)
}

func (r *Report) sum(c *component) Component {
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

// firstDigest is a digest of the times at which the component's points were
// first hit.
func (r *Report) firstDigest(c *component) uint64 {
	if r.sums != nil {
		return r.sums.first()[c.id]
	}
	h := fnvOffset
	for _, p := range c.packages {
		for _, t := range r.first[p.base : p.base+len(p.Points)] {
			h = hashWord(h, uint64(t))
		}
	}
	return h
}

// The digests are FNV-1a 64. They only have to tell states apart, and they must
// work in programs that allow FIPS 140 algorithms only.
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

// hashWord hashes a whole word at once. Hashing single bytes would take eight
// times as long, which matters for 100,000 counts.
func hashWord(h, w uint64) uint64 {
	h = (h ^ w) * fnvPrime
	return h ^ h>>29
}

func hex64(h uint64) string {
	const zeros = "0000000000000000"
	s := strconv.FormatUint(h, 16)
	return zeros[len(s):] + s
}
