package trackpage

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/rt/manifest"
)

// Limits of a page. A point takes some 300 bytes.
const (
	MaxBytes  = 256 << 20
	maxPoints = 1 << 20
)

// ErrNoTrack is in the error about what is no page of /track.
var ErrNoTrack = errors.New("check that it is /track of a binary built with goat")

// Page is what a process says, and how much of it a filter has left out.
type Page struct {
	Process *coverage.Process
	Omitted int // points that the page counts and does not list
}

// Parse reads a page of at most MaxBytes. The process has no Place yet.
func Parse(text []byte) (*Page, error) {
	var top struct {
		Format  int
		Name    string
		Version string
		Build   struct {
			Package, Commit             string
			Modified                    bool
			Base, BaseCommit, Source    string
			Granularity, DataType, Goat string
		}
		Process struct {
			Host    string
			PID     int
			Started *time.Time
		}
		Results json.RawMessage
	}
	err := json.Unmarshal(text, &top)
	switch {
	case err != nil:
		// A page of another format need not have the same types.
		var head struct{ Format int }
		if json.Unmarshal(text, &head) == nil && head.Format > manifest.TrackFormat {
			return nil, newer(head.Format)
		}
		return nil, broken(err)
	case top.Format > manifest.TrackFormat:
		return nil, newer(top.Format)
	case len(top.Results) == 0 || top.Results[0] != '[':
		return nil, fmt.Errorf("it has no results; %w", ErrNoTrack)
	case top.Format < manifest.TrackFormat:
		return nil, fmt.Errorf("it has format %d, an older goat's, and this goat reads format %d; rebuild the binary with this goat and run it again",
			max(top.Format, 1), manifest.TrackFormat)
	}
	b := top.Build
	process := &coverage.Process{Host: top.Process.Host, PID: top.Process.PID, Build: &coverage.Build{
		App: top.Name, Version: top.Version, Package: b.Package,
		Commit: b.Commit, Modified: b.Modified, Base: b.Base, BaseCommit: b.BaseCommit, Source: b.Source,
		Granularity: b.Granularity, DataType: b.DataType, Goat: b.Goat,
	}}
	if top.Process.Started != nil {
		process.Started = *top.Process.Started
	}
	r := reader{process: process, index: make(map[int]int), texts: make(map[string]string)}
	if err := eachEntry(top.Results, r.component); err != nil {
		return nil, err
	}
	r.sort()
	if process.Build.Package == "" && len(process.Build.Components) > 0 {
		process.Build.Package = process.Build.Components[0].Name
	}
	return &Page{Process: process, Omitted: r.omitted}, nil
}

func newer(format int) error {
	return fmt.Errorf("it has format %d, a newer goat's, and this goat reads format %d; update goat", format, manifest.TrackFormat)
}

// broken says what is wrong with a text that is no JSON, or JSON of others.
func broken(err error) error {
	var syntax *json.SyntaxError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input" {
		return errors.New("it ends early; read it again, or remove it")
	}
	return fmt.Errorf("%w; %w", err, ErrNoTrack)
}

// reader puts the points of all components together.
type reader struct {
	process *coverage.Process
	index   map[int]int       // of points, by id
	ids     []int             // by index
	texts   map[string]string // each text once: names of files come with every point
	omitted int
}

type component struct {
	Name    string
	Metrics struct {
		Total int
		Items json.RawMessage // of item
	}
}

type item struct {
	ID            int
	Count         uint64
	StableID      string
	Package       string
	Module        string
	ModuleVersion string
	File          string
	Line          int
	EndLine       int
	Lines         [][2]int
	Func          string
	Kind          string
	Directive     string
	FirstHit      *time.Time
}

func (r *reader) component(c component) error {
	if c.Name == "" {
		return fmt.Errorf("a result has no name; %w", ErrNoTrack)
	}
	part := coverage.Component{Name: r.text(c.Name)}
	err := eachEntry(c.Metrics.Items, func(i item) error {
		at, err := r.point(i)
		part.Sites = append(part.Sites, at)
		return err
	})
	r.omitted = max(r.omitted, c.Metrics.Total-len(part.Sites))
	r.process.Build.Components = append(r.process.Build.Components, part)
	if len(r.process.Build.Components) > maxPoints {
		return fmt.Errorf("it has more than %d components; %w", maxPoints, ErrNoTrack)
	}
	return err
}

// point returns the index of an item's point. Further components have the same
// points again.
func (r *reader) point(i item) (int, error) {
	if at, known := r.index[i.ID]; known {
		return at, nil
	}
	if i.File == "" {
		return 0, fmt.Errorf("an item has no file; %w", ErrNoTrack)
	}
	p, b := r.process, r.process.Build
	at := len(b.Sites)
	if at == maxPoints {
		return 0, fmt.Errorf("it has more than %d points; %w", maxPoints, ErrNoTrack)
	}
	r.index[i.ID] = at
	r.ids = append(r.ids, i.ID)
	b.Sites = append(b.Sites, coverage.Site{
		StableID: i.StableID, Package: r.text(i.Package), Module: r.text(i.Module), ModuleVersion: r.text(i.ModuleVersion),
		File: r.text(i.File), Line: i.Line, EndLine: i.EndLine, Lines: i.Lines,
		Func: r.text(i.Func), Kind: r.text(i.Kind), Directive: i.Directive,
	})
	var first int64
	if i.FirstHit != nil {
		first = i.FirstHit.UnixNano()
	}
	p.Counts, p.First = append(p.Counts, i.Count), append(p.First, first)
	return at, nil
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

func (r *reader) text(s string) string {
	if known, ok := r.texts[s]; ok {
		return known
	}
	r.texts[s] = s
	return s
}
