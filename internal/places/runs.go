package places

import (
	"fmt"
	"time"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/coverage"
)

// runsDocument is what a hub says about a release: what each of its processes ran.
// A build is the manifest that docs/hub-protocol.md describes.
type runsDocument struct {
	Format          int
	Commit, Version string
	Modified        bool
	Builds          []manifestDocument
	Waiting         []string
	Processes       []struct {
		Build, PID int
		ID, Host   string
		Ran        []byte
		First      [][2]int64
	}
}

type manifestDocument struct {
	Main, App, Goat, Base, BaseCommit, Source, Granularity, DataType string
	Components                                                       []struct {
		Name     string
		Patterns []string
	}
	Packages []struct {
		Path, Module, ModuleVersion string
		Points                      []struct {
			StableID, File, Func, Kind, Directive string
			Line, EndLine                         int
			Lines                                 [][2]int
		}
	}
}

// runsFormat is the version of the document that this package reads.
const runsFormat = 1

// processes returns the processes in the document. The hub's clock is slow by skew.
func (d *runsDocument) processes(skew time.Duration) ([]*coverage.Process, error) {
	if d.Format != runsFormat {
		return nil, fmt.Errorf("it has format %d, and this goat reads format %d; update the older of the two", d.Format, runsFormat)
	}
	builds := make([]*coverage.Build, len(d.Builds))
	for i := range d.Builds {
		builds[i] = d.Builds[i].build()
		builds[i].Commit, builds[i].Version, builds[i].Modified = d.Commit, d.Version, d.Modified
	}
	var all []*coverage.Process
	for _, p := range d.Processes {
		if p.Build < 0 || p.Build >= len(builds) {
			return nil, fmt.Errorf("process %q is of a build that is not there", p.ID)
		}
		b := builds[p.Build]
		process := &coverage.Process{Place: p.ID, Host: p.Host, PID: p.PID, Build: b, Counts: make([]uint64, len(b.Sites)), First: make([]int64, len(b.Sites))}
		for i := range b.Sites {
			if i>>3 < len(p.Ran) && p.Ran[i>>3]>>(i&7)&1 != 0 {
				process.Counts[i] = 1
			}
		}
		for _, hit := range p.First {
			if i := hit[0] - 1; i >= 0 && i < int64(len(b.Sites)) {
				process.First[i] = time.UnixMilli(hit[1]).Add(skew).UnixNano()
			}
		}
		all = append(all, process)
	}
	return all, nil
}

// build turns the manifest into a build. The program itself is its first component.
func (m *manifestDocument) build() *coverage.Build {
	b := &coverage.Build{
		App: m.App, Package: m.Main, Base: m.Base, BaseCommit: m.BaseCommit, Source: m.Source,
		Granularity: m.Granularity, DataType: m.DataType, Goat: m.Goat, Components: []coverage.Component{{Name: m.Main}},
	}
	for _, c := range m.Components {
		b.Components = append(b.Components, coverage.Component{Name: c.Name})
	}
	for _, pkg := range m.Packages {
		in := []int{0}
		for i, c := range m.Components {
			if config.MatchComponent(c.Patterns, pkg.Path, pkg.Module) {
				in = append(in, i+1)
			}
		}
		module := pkg.Module
		if pkg.ModuleVersion == "" {
			module = "" // as in /track, which names only required modules
		}
		for _, p := range pkg.Points {
			for _, i := range in {
				b.Components[i].Sites = append(b.Components[i].Sites, len(b.Sites))
			}
			b.Sites = append(b.Sites, coverage.Site{
				StableID: p.StableID, Package: pkg.Path, Module: module, ModuleVersion: pkg.ModuleVersion, File: p.File,
				Line: p.Line, EndLine: p.EndLine, Lines: p.Lines, Func: p.Func, Kind: p.Kind, Directive: p.Directive,
			})
		}
	}
	return b
}
