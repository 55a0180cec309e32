package fleet

import (
	"context"
	"time"
)

// InstanceState is what the hub knows about a process. Any report makes the
// process live again.
type InstanceState string

// The states of an instance.
const (
	Live        InstanceState = "live"        // its lease holds, or ran out and nobody has probed it yet
	Unreachable InstanceState = "unreachable" // it runs, but does not report what has run
	Ended       InstanceState = "ended"       // it said so, or was expected to end and is silent
	Gone        InstanceState = "gone"        // silent, and a probe found nobody
)

// State says which data there is for a release.
type State string

// The states of a release. The first that applies counts.
const (
	StateLive        State = "live"        // an instance is live, so the data is current
	StateUnreachable State = "unreachable" // an instance runs but does not report, so the data is old
	StateLastSeen    State = "last-seen"   // nothing runs any more; the data is the last report
	StateNone        State = "none"        // nothing runs, and nothing was ever reported
)

// Summary describes a release in numbers.
type Summary struct {
	Release   string // id
	Builds    int
	Points    int // total of its builds
	Ran       int // how many of them some instance has run
	Instances map[InstanceState]int
	Measured  int // instances that have reported what ran
}

// State of the release.
func (s Summary) State() State {
	switch {
	case s.Instances[Live] > 0:
		return StateLive
	case s.Instances[Unreachable] > 0:
		return StateUnreachable
	case s.Measured > 0:
		return StateLastSeen
	}
	return StateNone
}

// Prober checks whether a silent instance still exists.
type Prober interface {
	// Probe reports whether the instance answers. It must return when ctx ends.
	Probe(ctx context.Context, i Instance) bool
}

// Verdict is what the watch dog decided about one silent instance.
type Verdict struct {
	Instance string
	State    InstanceState // its new state
	Probes   int           // probes in a row that found nobody
	Margin   time.Duration // how long its lease must have been over, at least
	Lease    time.Duration // a new lease if it answered, otherwise 0
}
