package trackpage

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/rt/manifest"
)

// Limits of a page. A point takes some 300 bytes.
const (
	MaxBytes      = 256 << 20
	maxPoints     = 1 << 20
	maxComponents = 1 << 16
)

// Page is what a process says, and how much of it a filter has left out.
type Page struct {
	Process *coverage.Process
	Omitted int // points that the page counts and does not list
}

// Parse reads a page of at most MaxBytes. The process has no Place yet.
func Parse(text []byte) (*Page, error) {
	if !json.Valid(text) {
		var value json.RawMessage
		return nil, broken(json.Unmarshal(text, &value))
	}
	format, results, err := head(text)
	switch {
	case format > manifest.TrackFormat: // whatever it has
		return nil, fmt.Errorf("it has format %d, a newer goat's, and this goat reads format %d; update goat", format, manifest.TrackFormat)
	case err != nil:
		return nil, err
	case !results:
		return nil, fmt.Errorf("it has no results; %w", ErrNoTrack)
	case format < manifest.TrackFormat:
		return nil, fmt.Errorf("it has format %d, an older goat's, and this goat reads format %d; rebuild the binary with this goat and run it again",
			max(format, 1), manifest.TrackFormat)
	}
	process := &coverage.Process{Build: new(coverage.Build)}
	r := reader{cursor: newCursor(text), process: process, index: make(map[int]int)}
	if err := r.page(); err != nil {
		return nil, err
	}
	r.sort()
	if process.Build.Package == "" && len(process.Build.Components) > 0 {
		process.Build.Package = process.Build.Components[0].Name
	}
	return &Page{Process: process, Omitted: r.omitted}, nil
}

func newCursor(text []byte) cursor { return cursor{text: text, texts: make(map[string]string)} }

// head reads a page's format, and whether it has a list of results.
func head(text []byte) (format int, results bool, err error) {
	c := newCursor(text)
	err = c.object(func(name string) error {
		switch name {
		case "format":
			return c.int(&format)
		case "results":
			results = c.peek() == '['
		}
		c.skip()
		return nil
	})
	return format, results, err
}

// reader puts the points of all components together.
type reader struct {
	cursor
	process *coverage.Process
	index   map[int]int // of points, by id
	ids     []int       // by index
	omitted int
}

func (r *reader) page() error {
	p, b := r.process, r.process.Build
	return r.object(func(name string) error {
		switch name {
		case "name":
			return r.string(&b.App)
		case "version":
			return r.string(&b.Version)
		case "build":
			return r.object(r.build)
		case "process":
			return r.object(func(name string) error {
				switch name {
				case "host":
					return r.string(&p.Host)
				case "pid":
					return r.int(&p.PID)
				case "started":
					return r.time(&p.Started)
				}
				r.skip()
				return nil
			})
		case "results":
			return r.list(r.component)
		}
		r.skip()
		return nil
	})
}

func (r *reader) build(name string) error {
	b := r.process.Build
	texts := map[string]*string{
		"package": &b.Package, "commit": &b.Commit, "base": &b.Base, "baseCommit": &b.BaseCommit, "source": &b.Source,
		"granularity": &b.Granularity, "dataType": &b.DataType, "goat": &b.Goat,
	}
	switch {
	case texts[name] != nil:
		return r.string(texts[name])
	case name == "modified":
		return r.bool(&b.Modified)
	}
	r.skip()
	return nil
}

func (r *reader) component() error {
	var c coverage.Component
	total := 0
	err := r.object(func(name string) error {
		switch name {
		case "name":
			return r.string(&c.Name)
		case "metrics":
			return r.object(func(name string) error {
				switch name {
				case "total":
					return r.int(&total)
				case "items":
					return r.list(func() error {
						at, err := r.point()
						c.Sites = append(c.Sites, at)
						return err
					})
				}
				r.skip()
				return nil
			})
		}
		r.skip()
		return nil
	})
	b := r.process.Build
	switch {
	case err != nil:
		return err
	case c.Name == "":
		return fmt.Errorf("a result has no name; %w", ErrNoTrack)
	case len(b.Components) == maxComponents:
		return fmt.Errorf("it has more than %d components; %w", maxComponents, ErrNoTrack)
	}
	r.omitted = max(r.omitted, total-len(c.Sites))
	b.Components = append(b.Components, c)
	return nil
}

// point reads an item and returns the index of its point. Further components have
// the same points again.
func (r *reader) point() (int, error) {
	var s coverage.Site
	var id int
	var count uint64
	var first time.Time
	var why *coverage.FirstHit
	err := r.object(func(name string) error {
		switch name {
		case "id":
			return r.int(&id)
		case "count":
			return r.uint(&count)
		case "firstHit":
			return r.time(&first)
		case "first":
			why = new(coverage.FirstHit)
			return r.why(why)
		case "stableId":
			return r.once(&s.StableID)
		case "package":
			return r.string(&s.Package)
		case "module":
			return r.string(&s.Module)
		case "moduleVersion":
			return r.string(&s.ModuleVersion)
		case "file":
			return r.string(&s.File)
		case "line":
			return r.int(&s.Line)
		case "endLine":
			return r.int(&s.EndLine)
		case "lines":
			return r.lines(&s.Lines)
		case "func":
			return r.string(&s.Func)
		case "kind":
			return r.string(&s.Kind)
		case "directive":
			return r.string(&s.Directive)
		}
		r.skip()
		return nil
	})
	p, b := r.process, r.process.Build
	at, known := r.index[id]
	switch {
	case err != nil:
		return 0, err
	case s.File == "":
		return 0, fmt.Errorf("an item has no file; %w", ErrNoTrack)
	case known:
		return at, nil
	case len(b.Sites) == maxPoints:
		return 0, fmt.Errorf("it has more than %d points; %w", maxPoints, ErrNoTrack)
	}
	at = len(b.Sites)
	r.index[id] = at
	r.ids, b.Sites, p.Counts = append(r.ids, id), append(b.Sites, s), append(p.Counts, count)
	hit := int64(0)
	if !first.IsZero() {
		hit = first.UnixNano()
	}
	p.First = append(p.First, hit)
	if why != nil {
		if p.Why == nil {
			p.Why = make(map[int]*coverage.FirstHit)
		}
		p.Why[at] = why
	}
	return at, nil
}

// why reads what is known of a first hit.
func (r *reader) why(h *coverage.FirstHit) error {
	return r.object(func(name string) error {
		switch name {
		case "goroutine":
			return r.uint(&h.Goroutine)
		case "route":
			return r.string(&h.Route)
		case "run":
			return r.string(&h.Run)
		case "trace":
			return r.uint(&h.Trace)
		case "step":
			return r.uint(&h.Step)
		case "stack":
			return r.list(func() error {
				var f coverage.Frame
				err := r.object(func(name string) error {
					switch name {
					case "func":
						return r.string(&f.Func)
					case "file":
						return r.string(&f.File)
					case "line":
						return r.int(&f.Line)
					}
					r.skip()
					return nil
				})
				h.Stack = append(h.Stack, f)
				return err
			})
		case "values":
			return r.list(func() error {
				var v coverage.NamedValue
				err := r.object(func(name string) error {
					switch name {
					case "name":
						return r.string(&v.Name)
					case "value":
						return r.string(&v.Value)
					}
					r.skip()
					return nil
				})
				h.Values = append(h.Values, v)
				return err
			})
		}
		r.skip()
		return nil
	})
}

// lines reads [[first, last], …].
func (r *reader) lines(to *[][2]int) error {
	return r.list(func() error {
		var pair [2]int
		n := 0
		err := r.list(func() error {
			n++
			return r.int(&pair[min(n, 2)-1])
		})
		*to = append(*to, pair)
		if err == nil && n != 2 {
			err = fmt.Errorf("an item's lines are %d numbers, not two; %w", n, ErrNoTrack)
		}
		return err
	})
}

// sort brings the points into the order of their ids: a page may have another.
func (r *reader) sort() {
	p, b := r.process, r.process.Build
	order, moved := make([]int, len(r.ids)), make([]int, len(r.ids))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(r.ids[i], r.ids[j]) })
	sites, counts, first := make([]coverage.Site, len(order)), make([]uint64, len(order)), make([]int64, len(order))
	for to, from := range order {
		sites[to], counts[to], first[to], moved[from] = b.Sites[from], p.Counts[from], p.First[from], to
	}
	b.Sites, p.Counts, p.First = sites, counts, first
	for _, c := range b.Components {
		for i, site := range c.Sites {
			c.Sites[i] = moved[site]
		}
		slices.Sort(c.Sites)
	}
}
