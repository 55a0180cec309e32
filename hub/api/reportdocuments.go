package api

import (
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/profile"
	"github.com/goat-trace/goat/hub/reports"
)

// about is what every report says of itself.
type about struct {
	Release  string    `json:"release"`
	Row      int64     `json:"row,omitempty"` // of the history; left out for what there is now
	Made     time.Time `json:"made"`
	TookMS   int64     `json:"tookMs"`
	Newest   time.Time `json:"newest"` // when the newest of its counts came
	Stale    bool      `json:"stale"`  // newer counts have come since it was made
	NoSource string    `json:"noSource,omitempty"`
	Notes    []string  `json:"notes"`
}

func aboutOf(r *reports.Result) about {
	notes := r.Notes
	if notes == nil {
		notes = []string{}
	}
	return about{
		Release: r.Release.ID, Row: r.Ask.Row, Made: r.Made, TookMS: r.Took.Milliseconds(), Newest: r.Newest,
		Stale: r.Stale, NoSource: r.NoSource, Notes: notes,
	}
}

// total counts statements.
type total struct {
	Statements uint64  `json:"statements"`
	Covered    uint64  `json:"covered"`
	Percent    float64 `json:"percent"`
}

func totalOf(t profile.Total) total { return total{t.Statements, t.Covered, t.Percent()} }

// functions is the func report.
type functions struct {
	about
	Mode    profile.Mode   `json:"mode"`
	Total   total          `json:"total"`
	Missing int            `json:"missing"` // files without source
	Files   []functionFile `json:"files"`
}

type functionFile struct {
	Name    string     `json:"name"`
	Total   total      `json:"total"`
	Missing string     `json:"missing,omitempty"` // why there are no functions
	Funcs   []function `json:"funcs"`
}

type function struct {
	Name string `json:"name"` // with its receiver
	Line int    `json:"line"`
	total
}

func functionsOf(r *reports.Result) functions {
	f := functions{about: aboutOf(r), Mode: r.Full.Mode, Total: totalOf(r.Full.Total), Missing: r.Full.Missing, Files: []functionFile{}}
	for i := range r.Full.Files {
		file := &r.Full.Files[i]
		list := functionFile{Name: file.Name, Total: totalOf(file.Total), Missing: file.Missing, Funcs: []function{}}
		for _, fn := range file.Funcs {
			list.Funcs = append(list.Funcs, function{fn.FullName, fn.Line, totalOf(fn.Total)})
		}
		f.Files = append(f.Files, list)
	}
	return f
}

// changes is the report of what changed.
type changes struct {
	about
	Base    base                      `json:"base"`
	Percent *float64                  `json:"percent"` // of the measured lines; null where none is
	Report  *report.IncrementalReport `json:"report"`
}

// base is what a release was compared with.
type base struct {
	Commit string `json:"commit"` // the merge base
	Of     string `json:"of"`     // the commit that was asked for or chosen
	Asked  string `json:"asked,omitempty"`
	Why    string `json:"why"`
	Built  string `json:"built,omitempty"` // what the build itself was compared with
}

func changesOf(r *reports.Result) changes {
	b := r.Base
	c := changes{about: aboutOf(r), Base: base{b.Commit, b.Of, b.Asked, b.Why, b.Built}, Report: r.Changes}
	if percent, ok := r.Changes.Percent(); ok {
		c.Percent = &percent
	}
	if c.Report.Files == nil {
		shown := *c.Report
		shown.Files = []report.IncrementalFile{}
		c.Report = &shown
	}
	return c
}

// cover is a row of a release's history.
type cover struct {
	ID      int64     `json:"id"`
	At      time.Time `json:"at"`
	Total   float64   `json:"total"` // percent
	Latest  bool      `json:"latest"`
	File    string    `json:"file"`
	Sources string    `json:"addresses"`
}

func coverOf(c *fleet.CoverRow) cover {
	return cover{ID: c.ID, At: c.At, Total: c.Total, Latest: c.Latest, File: c.File, Sources: c.Addresses}
}

// baseline is where a release's counts begin for people.
type baseline struct {
	ID     int64      `json:"id"`
	At     time.Time  `json:"at"`
	By     string     `json:"by"`
	Undone *time.Time `json:"undone"`
}

func baselineOf(b *fleet.Baseline) baseline {
	shown := baseline{ID: b.ID, At: b.At, By: b.By}
	if !b.Undone.IsZero() {
		shown.Undone = &b.Undone
	}
	return shown
}

// refreshed is what a refresh came to.
type refreshed struct {
	State   string `json:"state"` // done, cached, running
	Asked   int    `json:"asked"`
	Waiting int    `json:"waiting"`
	Latest  *cover `json:"latest"`
}

func refreshedOf(r *reports.Refreshed) refreshed {
	shown := refreshed{State: "done", Asked: r.Asked, Waiting: r.Waiting}
	switch {
	case r.Running:
		shown.State = "running"
	case r.Cached:
		shown.State = "cached"
	}
	if r.Latest != nil {
		c := coverOf(r.Latest)
		shown.Latest = &c
	}
	return shown
}
