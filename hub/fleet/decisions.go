package fleet

import (
	"strings"
	"time"
)

// Excuse says that the code of a point need not have run. It is for one service and
// for one code, whatever the commit: the stable id names it. Each row is a change;
// the newest one of a point counts, and none is ever changed or removed while its
// service is kept, so the rows are also the audit log.
type Excuse struct {
	ID       int64
	Service  string // its id
	StableID string
	Place    string // where the point was when it was excused, for people
	Reason   string
	Person   string    // who answers for it
	Until    time.Time // the last day on which it holds, at 0:00 UTC; zero says that it was withdrawn
	At       time.Time
	By       string // who wrote the row: the name of their token
}

// InForce reports whether the excuse applies at a time: to the end of its day in
// UTC.
func (e *Excuse) InForce(now time.Time) bool {
	return !e.Until.IsZero() && now.Before(e.Until.AddDate(0, 0, 1))
}

// State says what a row is at a time, if current is the point's row that counts:
// in-force, expired, withdrawn, or replaced by a newer row.
func (e *Excuse) State(current *Excuse, now time.Time) string {
	switch {
	case e.Withdrawn():
		return "withdrawn"
	case current == nil || current.ID != e.ID:
		return "replaced"
	case e.InForce(now):
		return "in-force"
	}
	return "expired"
}

// Withdrawn reports whether the row takes an excuse back.
func (e *Excuse) Withdrawn() bool { return e.Until.IsZero() }

// TestRun is a run of tests outside the fleet, such as a CI job's. What it ran is kept
// apart from what instances ran, and is never counted as theirs. It belongs to code by
// stable ids, so it also counts in releases of other commits that have the same code.
type TestRun struct {
	ID     string // 32 hexadecimal digits, chosen by the sender: the same run, the same id
	Module string // path of the module that was tested
	Name   string // for people, such as "unit"
	URL    string // of the CI job; "" if there is none
	Commit string
	Branch string
	Points int       // points of changed code that the tests had
	Ran    int       // how many of them ran
	Scope  string    // of the token that pushed it: label=value, separated by commas
	By     string    // name of that token
	At     time.Time // when it arrived
}

// Counts reports whether the run may count in a service: a token for some services
// says nothing about others.
func (r *TestRun) Counts(l Labels) bool {
	for label := range strings.SplitSeq(r.Scope, ",") {
		if key, want, ok := strings.Cut(label, "="); ok && l.Label(key) != want {
			return false
		}
	}
	return true
}

// GateRow is the last verdict on a release, as a job found it.
type GateRow struct {
	Release string
	Verdict string // passed, failed, unknown
	Why     string // a sentence without its full stop
	Covered int    // points
	Missing int    // points that never ran and are not excused
	Excused int
	Since   time.Time // the verdict
	At      time.Time // when it was found last
}
