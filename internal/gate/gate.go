package gate

import (
	"fmt"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/report"
	"github.com/goat-trace/goat/internal/view"
)

// Verdict is the outcome. Its numbers are exit codes.
type Verdict int

const (
	Passed  Verdict = 0
	Failed  Verdict = 1
	Unknown Verdict = 2 // the gate cannot say
)

func (v Verdict) String() string { return [...]string{"passed", "failed", "unknown"}[v] }

// Gate waits until enough has run.
type Gate struct {
	Rules   []config.GateRule
	Base    string        // the base that points must have been chosen against: a ref or a commit; "" for any
	Commit  string        // the commit that the user asked for; "" for any
	Timeout time.Duration // 0 decides at once
	Quiet   time.Duration // the gate ends when nothing new has run for so long; 0 for no such limit

	begun   time.Time
	changed time.Time       // when something new was last seen to have run
	ran     map[string]bool // stable ids
}

// Reading is the result of asking all places once.
type Reading struct {
	Report  *report.Report
	Reached int // processes, and binaries that were read
	Time    time.Time
	Facts
}

// Decision is the gate's answer to a reading.
type Decision struct {
	Done    bool
	Verdict Verdict
	Why     string // a sentence without its full stop
	Release *report.Release
	Title   string // of the release, where Release is nil
	Build   Build  // the same
	Results []Result
	Left    time.Duration // the longest time until the gate ends, while not Done
}

// Build is what a document says of the release that was judged.
type Build struct {
	Commit, Base    string
	Covered, Wanted int // points
}

// Step looks at a reading and decides whether to go on.
func (g *Gate) Step(reading *Reading) Decision {
	return g.Wait(g.Judge(reading), g.grew(reading.Report), reading.Time)
}

// Wait decides whether to go on waiting, at a time, with what a reading says so far.
// grew says that something new has run since the call before.
func (g *Gate) Wait(d Decision, grew bool, now time.Time) Decision {
	if g.begun.IsZero() {
		g.begun, g.changed = now, now
	}
	if grew {
		g.changed = now
	}
	switch {
	case d.Verdict == Passed:
		d.Done = true
	case now.Sub(g.begun) >= g.Timeout:
		d.Done = true
		if g.Timeout > 0 {
			d.Why += fmt.Sprintf(", and the %v are over", g.Timeout)
		}
	case d.Verdict == Failed && g.Quiet > 0 && now.Sub(g.changed) >= g.Quiet:
		d.Done = true
		d.Why += fmt.Sprintf(", and nothing new has run for %v", g.Quiet)
	default:
		d.Left = g.Timeout - now.Sub(g.begun)
		if d.Verdict == Failed && g.Quiet > 0 {
			d.Left = min(d.Left, g.Quiet-now.Sub(g.changed))
		}
	}
	return d
}

// Judge applies the rules to what has run so far.
func (g *Gate) Judge(reading *Reading) Decision {
	d := Decision{Verdict: Unknown}
	releases := reading.Report.Releases
	switch {
	case reading.Reached == 0:
		d.Why = "no process was reached"
		return d
	case len(releases) == 0:
		d.Why = fmt.Sprintf("nothing that was reached is built from commit %s", g.Commit)
		return d
	case len(releases) > 1:
		var names []string
		for _, r := range releases {
			names = append(names, r.Title)
		}
		d.Why = fmt.Sprintf("there are %d releases: %s; choose one with -commit, or wait until a rollout is over", len(releases), strings.Join(names, "; "))
		return d
	}
	d.Release = releases[0]
	if d.Why = g.wrongBuild(d.Release); d.Why != "" {
		return d
	}
	d.Results = Apply(g.Rules, d.Release, reading.Facts)
	short := 0
	for i := range d.Results {
		if !d.Results[i].Passed() {
			short++
		}
	}
	if short == 0 {
		d.Verdict, d.Why = Passed, "enough of the changed code has run"
		return d
	}
	d.Verdict, d.Why = Failed, fmt.Sprintf("%s of %d not met", view.Count(short, "rule"), len(d.Results))
	return d
}

// wrongBuild says why a release cannot be judged.
func (g *Gate) wrongBuild(r *report.Release) string {
	b := &r.Build
	switch {
	case b.Base == "" && b.Source == "":
		return r.Title + " was built without line sets, so it is not known what changed; see docs/troubleshooting.md"
	case g.Base != "" && b.Base != g.Base && (b.BaseCommit == "" || !strings.HasPrefix(b.BaseCommit, g.Base)):
		return fmt.Sprintf("%s was compared with another base than %s", r.Title, g.Base)
	case len(r.Processes) == 0:
		return "only a binary was read, and no process of it was reached"
	}
	return ""
}

// grew remembers what has run, and reports whether anything is new.
func (g *Gate) grew(r *report.Report) (grew bool) {
	if g.ran == nil {
		g.ran = make(map[string]bool)
	}
	for _, release := range r.Releases {
		for _, p := range release.Points {
			if id := release.Build.Commit + p.StableID; p.Ran > 0 && !g.ran[id] {
				g.ran[id] = true
				grew = true
			}
		}
	}
	return grew
}
