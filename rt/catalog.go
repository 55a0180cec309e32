package rt

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/goat-trace/goat/rt/manifest"
)

// catalog is what is known about the points, without their counts. It is
// immutable; a later registration makes a new one.
type catalog struct {
	newest     *registration // the list it was made from
	generation int           // how many there were before it
	main       manifest.Main
	build      Build
	process    process
	packages   []placed // by import path
	total      int
	components []component
}

// placed is a package with its place in a catalog.
type placed struct {
	*decoded
	path string // the import path, made unique
	base int    // its points have the ids from base+1 on
}

// component is a part of the program whose coverage is reported separately.
type component struct {
	id       int
	name     string
	packages []placed
	total    int
}

// decoded is a registered package whose manifest has been read.
type decoded struct {
	manifest.Package
	counters
	shared   []int  // indices of points whose hits the next point's counter counts
	identity uint64 // hash of the manifest

	// The observer owns the rest. state.mu guards it.
	firstHit []int64  // Unix nanoseconds; 0 if not hit or not known
	rearmed  *rearmed // nil before the first Rearm
	pending  []uint32 // indices of points that were not hit yet
}

// state is the program's only registry. Its zero value is ready to use.
var state struct {
	mu      sync.Mutex
	catalog *catalog
	main    *string  // what Start got when catalog.build was made
	last    *Report  // what was read last
	spare   []uint64 // memory for the next reading
	// hits lists the points in the order in which the observer saw their first
	// hits.
	hits []hit
	// timed says that the observer is running, so the time at which it sees a
	// hit is close to the time of the hit.
	timed bool
}

// currentCatalog brings the catalog up to date. state.mu must be held.
func currentCatalog() *catalog {
	newest, meta := registrations.Load(), mainMeta.Load()
	if c := state.catalog; c != nil && c.newest == newest && state.main == meta {
		return c
	}
	var m manifest.Main
	if meta != nil {
		m, _ = manifest.DecodeMain(*meta) // if it is damaged, only build info counts
	}
	generation := 0
	if state.catalog != nil {
		generation = state.catalog.generation + 1
	}
	state.catalog, state.main = newCatalog(newest, m), meta
	state.catalog.generation = generation
	return state.catalog
}

func newCatalog(newest *registration, m manifest.Main) *catalog {
	if Off() {
		return &catalog{newest: newest, process: thisProcess()}
	}
	c := &catalog{newest: newest, main: m, build: newBuild(m), process: thisProcess()}
	c.place(newest)
	c.components = newComponents(m, c)
	return c
}

// decode reads the manifest once. It leaves out a package whose manifest cannot
// be read or does not match its counters, because its counts would be shown for
// other code.
func (r *registration) decode() *decoded {
	if r.decoded == nil {
		p, err := manifest.DecodePackage(r.meta)
		if err != nil || len(p.Points) != r.counters.n {
			p.Points = nil
		}
		d := &decoded{
			Package:  p,
			counters: r.counters,
			firstHit: make([]int64, len(p.Points)),
			pending:  make([]uint32, len(p.Points)),
			identity: hashString(fnvOffset, r.meta),
		}
		for i := range p.Points {
			d.pending[i] = uint32(i)
			if p.Points[i].Shared {
				d.shared = append(d.shared, i)
			}
		}
		r.decoded = d
	}
	if len(r.decoded.Points) == 0 {
		return nil
	}
	return r.decoded
}

// rearmed is what a package's counters said when they were armed again. It is
// guarded by state.mu.
type rearmed struct {
	hit  []bool   // by index; points of the data type bool whose flag was taken back
	seen []bool   // those that have run again and have been told
	sums []uint64 // what exact counts were
}

// rearm arms the package's points again, see Rearm.
func (d *decoded) rearm() {
	if d.rearmed == nil {
		d.rearmed = &rearmed{hit: make([]bool, d.n), seen: make([]bool, d.n)}
	}
	clear(d.rearmed.seen)
	if d.flags == nil {
		d.rearmed.sums = d.counters.appendCounts(d.rearmed.sums[:0], 0, d.n)
		return
	}
	flags := unsafe.Slice(d.flags, d.n)
	for i := range flags {
		if atomic.LoadUint32(&flags[i]) != 0 {
			d.rearmed.hit[i] = true
			atomic.StoreUint32(&flags[i], 0)
		}
	}
}

// again reports whether a point has run again, once.
func (d *decoded) again(i int) bool {
	r, from := d.rearmed, d.counterOf(i)
	if r == nil || r.seen[i] {
		return false
	}
	now := d.counters.load(from)
	if d.flags != nil {
		r.seen[i] = r.hit[from] && now != 0
	} else {
		r.seen[i] = r.sums[from] > 0 && now > r.sums[from]
	}
	return r.seen[i]
}

// counterOf returns the index of the counter that counts for a point.
func (d *decoded) counterOf(i int) int {
	for d.Points[i].Shared {
		i++
	}
	return i
}

// load reads what counts for a point.
func (d *decoded) load(i int) uint64 {
	i = d.counterOf(i)
	n := d.counters.load(i)
	if n == 0 && d.rearmed != nil && d.rearmed.hit[i] {
		return 1
	}
	return n
}

// appendCounts appends what n counters from the first one on say.
func (d *decoded) appendCounts(counts []uint64, first, n int) []uint64 {
	at := len(counts)
	counts = slices.Grow(counts, n)
	counts = d.counters.appendCounts(counts, first, n)
	if d.rearmed != nil {
		for i, hit := range d.rearmed.hit[first : first+n] {
			if hit && counts[at+i] == 0 {
				counts[at+i] = 1
			}
		}
	}
	return counts
}

// place sorts the packages and assigns the ids. A program may hold two main
// packages with the same import path (plugins named command-line-arguments).
// The later one gets "#2", so that a scrape does not hold the same series
// twice.
func (c *catalog) place(newest *registration) {
	var packages []*decoded
	for r := newest; r != nil; r = r.next {
		if d := r.decode(); d != nil {
			packages = append(packages, d)
		}
	}
	slices.Reverse(packages) // into the order of registration, which decides ties
	slices.SortStableFunc(packages, func(a, b *decoded) int { return strings.Compare(a.Path, b.Path) })

	seen := 0
	for i, d := range packages {
		p := placed{decoded: d, path: d.Path, base: c.total}
		if seen++; i == 0 || packages[i-1].Path != d.Path {
			seen = 1
		}
		if seen > 1 {
			p.path += "#" + strconv.Itoa(seen)
		}
		c.packages = append(c.packages, p)
		c.total += len(d.Points)
	}
}

// newComponents returns the main package and the named components in the order
// of their ids.
func newComponents(m manifest.Main, c *catalog) []component {
	components := []component{{name: c.build.Package, packages: c.packages, total: c.total}}
	named := slices.Clone(m.Components)
	slices.SortStableFunc(named, func(a, b manifest.Component) int { return strings.Compare(a.Name, b.Name) })
	for _, nc := range named {
		if slices.ContainsFunc(components, func(other component) bool { return other.name == nc.Name }) {
			continue // a series of that name exists already
		}
		part := component{id: len(components), name: nc.Name}
		matches := componentMatcher(nc.Patterns)
		for _, p := range c.packages {
			if matches(p.Package) {
				part.packages = append(part.packages, p)
				part.total += len(p.Points)
			}
		}
		components = append(components, part)
	}
	return components
}

// componentMatcher reads a component's package patterns. "./x" is relative to
// each package's own module.
func componentMatcher(patterns []string) func(manifest.Package) bool {
	var absolute, relative []string
	for _, pattern := range patterns {
		if pattern == "." || strings.HasPrefix(pattern, "./") {
			relative = append(relative, pattern)
		} else {
			absolute = append(absolute, pattern)
		}
	}
	anywhere := newPackageMatcher(absolute)
	inModule := map[string]*matcher{}
	return func(p manifest.Package) bool {
		if anywhere.matches(p.Path) {
			return true
		}
		m, ok := inModule[p.Module]
		if !ok {
			texts := make([]string, len(relative))
			for i, pattern := range relative {
				texts[i] = strings.TrimSuffix(p.Module+strings.TrimPrefix(pattern, "."), "/")
			}
			m = newPackageMatcher(texts)
			inModule[p.Module] = m
		}
		return m.matches(p.Path)
	}
}

// locate returns the package that holds the point with an id, and the point's
// index in it.
func (c *catalog) locate(id int) (placed, int) {
	i, _ := slices.BinarySearchFunc(c.packages, id, func(p placed, id int) int { return p.base + len(p.Points) - id })
	p := c.packages[i]
	return p, id - p.base - 1
}

// count returns a point's count, which is at most 1 for the data type bool.
func (c *catalog) count(p placed, i int) uint64 {
	if c.build.DataType != "count" {
		return min(p.load(i), 1)
	}
	return p.load(i)
}
