package api

import (
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/report"
)

// service is a service as the API shows it.
type service struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Env       string    `json:"env"`
	Region    string    `json:"region"`
	AppType   string    `json:"appType"`
	App       string    `json:"app"`
	Cluster   string    `json:"cluster"`
	Main      string    `json:"main"`
	FirstSeen time.Time `json:"firstSeen"`
}

func serviceOf(s *fleet.Service) service {
	return service{
		ID: s.ID, Name: s.Name(), Env: s.Env, Region: s.Region, AppType: s.AppType, App: s.App,
		Cluster: s.Cluster, Main: s.Main, FirstSeen: s.FirstSeen,
	}
}

// release is a release as the API shows it.
type release struct {
	ID        string                      `json:"id"`
	Service   string                      `json:"service"`
	Revision  string                      `json:"revision"`
	Branch    string                      `json:"branch"`
	Commit    string                      `json:"commit"`
	Version   string                      `json:"version"`
	Dirty     bool                        `json:"dirty"`
	FirstSeen time.Time                   `json:"firstSeen"`
	State     fleet.State                 `json:"state"`
	Instances map[fleet.InstanceState]int `json:"instances"`
	Measured  int                         `json:"measured"` // instances that have said what ran
	Total     int                         `json:"total"`
	Covered   int                         `json:"covered"`
	Cover     *cover                      `json:"cover"` // the latest measurement of Go's counters; null for none
}

func releaseOf(v *fleet.ReleaseView) release {
	shown := release{
		ID: v.ID, Service: v.ServiceID, Revision: v.Revision, Branch: v.Branch, Commit: v.Commit,
		Version: v.Version, Dirty: v.Dirty, FirstSeen: v.FirstSeen,
		State: v.Summary.State(), Instances: v.Summary.Instances, Measured: v.Summary.Measured,
		Total: v.Summary.Points, Covered: v.Summary.Ran,
	}
	if v.Cover != nil {
		c := coverOf(v.Cover)
		shown.Cover = &c
	}
	return shown
}

// build is a release's binary for one platform.
type build struct {
	ID        string    `json:"id"`
	Manifest  string    `json:"manifest"`
	Go        string    `json:"go"`
	OS        string    `json:"os"`
	Arch      string    `json:"arch"`
	Goat      string    `json:"goat"`
	FirstSeen time.Time `json:"firstSeen"`
	Total     int       `json:"total"`
	Covered   int       `json:"covered"`
}

func buildOf(b *fleet.Build) build {
	return build{
		ID: b.ID, Manifest: b.Manifest, Go: b.Go, OS: b.OS, Arch: b.Arch, Goat: b.Goat, FirstSeen: b.FirstSeen,
		Total: b.Points, Covered: b.Ran,
	}
}

// instance is a process as the API shows it.
type instance struct {
	ID         string              `json:"id"`
	Build      string              `json:"build"`
	Agent      fleet.Agent         `json:"agent"`
	Host       string              `json:"host"`
	Pod        string              `json:"pod"`
	PID        int                 `json:"pid"`
	Address    string              `json:"address"`
	Short      bool                `json:"short"`
	State      fleet.InstanceState `json:"state"`
	Since      time.Time           `json:"since"` // in this state
	Measured   bool                `json:"measured"`
	Started    time.Time           `json:"started"`
	Registered time.Time           `json:"registered"`
	Seen       time.Time           `json:"seen"`
	Covered    int                 `json:"covered"`
}

func instanceOf(i *fleet.Instance) instance {
	return instance{
		ID: i.ID, Build: i.BuildID, Agent: i.Agent, Host: i.Host, Pod: i.Pod, PID: i.PID, Address: i.Address, Short: i.Short,
		State: i.State, Since: i.Since, Measured: i.Measured, Started: i.Started, Registered: i.Registered, Seen: i.Seen,
		Covered: i.Covered.Len(),
	}
}

// point is a point of a release as the API shows it.
type point struct {
	StableID      string     `json:"stableId"`
	Package       string     `json:"package"`
	Module        string     `json:"module,omitempty"`
	ModuleVersion string     `json:"moduleVersion,omitempty"`
	File          string     `json:"file"`
	Line          int        `json:"line"`
	EndLine       int        `json:"endLine"`
	Lines         [][2]int   `json:"lines"`
	Func          string     `json:"func"`
	Kind          string     `json:"kind"`
	State         string     `json:"state"` // never, some, all
	Ran           int        `json:"ran"`   // instances that ran it
	Of            int        `json:"of"`    // instances that have it
	FirstHit      *time.Time `json:"firstHit"`
	FirstInstance string     `json:"firstInstance,omitempty"`
	Route         string     `json:"route,omitempty"`
	Earlier       *earlier   `json:"earlier,omitempty"`
	Path          string     `json:"path,omitempty"`   // in the repository, if that is known
	Commit        *commit    `json:"commit,omitempty"` // the newest that changed its lines since the base
	ErrorPath     bool       `json:"errorPath,omitempty"`
	Owners        []string   `json:"owners,omitempty"`
	// Tests are the ids of the test runs that ran it. They never count as instances.
	Tests   []string      `json:"tests,omitempty"`
	Excuses []pointExcuse `json:"excuses,omitempty"`
}

// pointExcuse is why a point need not have run.
type pointExcuse struct {
	Source  string `json:"source"` // hub, or code: a //goat:ignore until= at the commit
	Reason  string `json:"reason"`
	Person  string `json:"person,omitempty"`
	Until   string `json:"until"`
	InForce bool   `json:"inForce"`
}

// earlier is where else a point has run.
type earlier struct {
	Release  string    `json:"release"`
	Revision string    `json:"revision"`
	FirstHit time.Time `json:"firstHit"`
}

// points is what has run of a release.
type points struct {
	Base       string   `json:"base"`
	BaseCommit string   `json:"baseCommit"`
	OtherBases []string `json:"otherBases,omitempty"` // of builds that are left out
	Waiting    []string `json:"waiting,omitempty"`    // digests of manifests that have not arrived
	Total      int      `json:"total"`
	Covered    int      `json:"covered"`
	Excused    int      `json:"excused"` // never ran and need not; not in covered
	Missing    int      `json:"missing"` // never ran and should
	Sides      *sides   `json:"sides,omitempty"`
	Notes      []string `json:"notes,omitempty"` // what is not known, and why
	// WithEarlier counts what ran in this release or, with the same code, in
	// another one. Left out if not asked for.
	WithEarlier *int    `json:"coveredWithEarlier,omitempty"`
	Points      []point `json:"points"`
}

func pointsOf(r *judge.Release, ran map[string]fleet.Earlier) points {
	c := r.Coverage
	list := points{Waiting: c.Waiting, Points: []point{}, Notes: r.Notes}
	if c.Release == nil {
		return list
	}
	total := c.Total()
	list.Base, list.BaseCommit = c.Build.Base, c.Build.BaseCommit
	list.Total, list.Covered = total.Total, total.Covered
	list.Excused, list.Missing = r.Totals.Excused, r.Totals.Missing
	if s := r.Sides; s != nil {
		list.Sides = &sides{s.Both, s.Tests, s.Programs, s.Neither}
	}
	judged := make(map[string]*report.Point, len(r.Points))
	for _, p := range r.Points {
		judged[p.StableID] = p
	}
	for _, other := range c.Others {
		list.OtherBases = append(list.OtherBases, other.Build.Base)
	}
	with := 0
	for i := range c.Points {
		p := pointOf(&c.Points[i])
		if hit, ok := c.Hits[p.StableID]; ok {
			p.FirstHit, p.FirstInstance, p.Route = &hit.At, hit.Instance, hit.Route
		}
		if j := judged[p.StableID]; j != nil {
			p.judge(j, r)
		}
		if e, ok := ran[p.StableID]; ok {
			p.Earlier = &earlier{e.Release, e.Revision, e.At}
		}
		if p.Ran > 0 || p.Earlier != nil {
			with++
		}
		list.Points = append(list.Points, p)
	}
	if ran != nil {
		list.WithEarlier = &with
	}
	return list
}

// judge adds what people decide by.
func (p *point) judge(j *report.Point, r *judge.Release) {
	p.ErrorPath, p.Owners = j.ErrorPath, j.Owners
	for _, run := range r.TestsOf(p.StableID) {
		p.Tests = append(p.Tests, run.ID)
	}
	if e := j.Granted; e != nil {
		p.Excuses = append(p.Excuses, pointExcuse{"hub", e.Reason, e.Person, e.Until.Format(time.DateOnly), !e.Expired})
	}
	if e := j.Excuse; e != nil {
		p.Excuses = append(p.Excuses, pointExcuse{"code", e.Reason, "", e.Until.Format(time.DateOnly), !j.Expired})
	}
}

func pointOf(p *coverage.Point) point {
	return point{
		StableID: p.StableID, Package: p.Package, Module: p.Module, ModuleVersion: p.ModuleVersion, File: p.File,
		Line: p.Line, EndLine: p.EndLine, Lines: p.Lines, Func: p.Func, Kind: p.Kind,
		State: p.State().String(), Ran: p.Ran, Of: p.Of,
	}
}
