package reports

import (
	"fmt"
	"regexp"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/page"
	"github.com/goat-trace/goat/hub/report/profile"
)

// Kind is what a report is about.
type Kind string

// The kinds.
const (
	Full    Kind = "full"    // all files and functions
	Changes Kind = "changes" // the lines that changed since a base
)

// Ask says which report is wanted.
type Ask struct {
	Release string
	Kind    Kind
	// Base is what Changes are compared with: a commit, a branch or a tag; "" for
	// the one that fits best. The report covers what changed since the merge base.
	Base string
	// Row is a row of the release's history; 0 for the current counts.
	Row int64
}

// Result is a report and what readers must know about it. It is shared, so nobody
// may change it.
type Result struct {
	Ask     Ask
	Service fleet.Service
	Release fleet.Release
	Made    time.Time
	Took    time.Duration
	// Stale says that newer counts have come since the report was made.
	Stale bool
	// Newest is the time of the newest of its counts.
	Newest time.Time
	// Blocks are the counts that it was made of; nil for a row of the history.
	Blocks  *fleet.Blocks
	Row     *fleet.CoverRow // nil for the current counts
	Profile *profile.Profile
	Full    *report.Report            // nil for Changes
	Changes *report.IncrementalReport // nil for Full
	Diff    *report.Changes           // the lines themselves, with Changes
	Base    Base                      // of Changes
	// NoSource says why there is no source, "" if there is.
	NoSource string
	// Notes are sentences about how reliable the report is.
	Notes []string

	state string // what it was made of, see Fleet.CountersKey
}

// Base is what a release was compared with.
type Base struct {
	// Commit is the merge base of the release's commit and Of: a full id.
	Commit string
	// Of is the commit that was asked for, or chosen: a full id.
	Of string
	// Asked is what was asked for; "" if the hub chose.
	Asked string
	// Why says, as part of a sentence, how the base was chosen or what it is.
	Why string
	// Built is the commit that the build itself was compared with, "" if it names
	// none.
	Built string
}

// isFixed reports whether the same question always has the same answer. A branch
// moves on, so it does not.
func (b *Base) isFixed() bool {
	return b.Commit == "" || commitID.MatchString(b.Asked) || b.Asked == "" && b.Built != ""
}

var commitID = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// state is what a report is made of.
type state struct {
	counters string
	baseline int64
}

func (s state) String() string { return fmt.Sprint(s.counters, " ", s.baseline) }

// isGood says whether a report need not be made again, and whether newer counts
// have come since.
func (result *Result) isGood(now state, keep time.Duration) (good, stale bool) {
	if result.Ask.Row != 0 {
		return true, false
	}
	if result.state == now.String() {
		return result.Base.isFixed() || time.Since(result.Made) < keep, false
	}
	sameBaseline := now.baseline == 0 && result.Blocks.Baseline == nil || result.Blocks.Baseline != nil && result.Blocks.Baseline.ID == now.baseline
	return sameBaseline && time.Since(result.Made) < keep, true
}

// use makes the result one of the instances' current counts.
func (result *Result) use(b *fleet.Blocks) {
	result.Blocks, result.Profile, result.Newest = b, b.Profile, b.Newest()
	if b.Baseline != nil {
		result.note("Counts begin at %s, when %s cleared them.", b.Baseline.At.Format("2006-01-02 15:04:05 MST"), b.Baseline.By)
	}
	if n := len(b.Differ); n > 0 {
		result.note("Builds of this release differ in %s: there a line counts as run where it ran in any of them.", files(n))
	}
	for _, wrong := range b.Wrong {
		result.note("Left out, since it cannot be read: %s.", wrong)
	}
}

func (result *Result) note(format string, args ...any) {
	result.Notes = append(result.Notes, fmt.Sprintf(format, args...))
}

func files(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprint(n, " files")
}

// Heading is the report's heading on a page of its own.
func (result *Result) Heading() page.Heading {
	h := page.Heading{Title: result.Service.Name() + " " + short(result.Release.Revision), Notes: result.Notes}
	if result.NoSource != "" {
		h.Notes = append(h.Notes[:len(h.Notes):len(h.Notes)], "There is no source text: "+result.NoSource)
	}
	return h
}

// short is a commit as people read it.
func short(commit string) string {
	if commitID.MatchString(commit) && len(commit) > 10 {
		return commit[:10]
	}
	return commit
}
