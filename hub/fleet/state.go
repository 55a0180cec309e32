package fleet

import (
	"context"
	"time"
)

// InstanceState says what the hub knows of a process. Any word of the process
// makes it live again.
type InstanceState string

// The states of an instance.
const (
	Live        InstanceState = "live"        // it keeps its lease, or the lease is over and nobody has looked yet
	Unreachable InstanceState = "unreachable" // up, but does not say what has run
	Ended       InstanceState = "ended"       // it said so, or was expected to and is silent
	Gone        InstanceState = "gone"        // silent, and a second look found nobody
)

// State says what there is to show of a release.
type State string

// The states of a release, in the order in which they win.
const (
	StateLive        State = "live"        // a live instance: what is shown is the latest
	StateUnreachable State = "unreachable" // up, but it does not say what has run: what is shown is old
	StateLastSeen    State = "last-seen"   // nothing runs any more: what it said last is shown
	StateNone        State = "none"        // nothing runs, and nothing was ever said
)

// Summary is a release in numbers.
type Summary struct {
	Release   string // id
	Builds    int
	Points    int // of its builds, added up
	Ran       int // of these, in some instance
	Instances map[InstanceState]int
	Measured  int // instances that have said what ran
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

// Prober has a second look at a silent instance: whether anybody is there.
type Prober interface {
	// Probe says whether the instance answers. It returns within ctx's time.
	Probe(ctx context.Context, i Instance) bool
}

// Verdict is what the watch dog found of one silent instance.
type Verdict struct {
	Instance string
	State    InstanceState // what it is to be
	Probes   int           // how many looks in a row have found nobody
	Margin   time.Duration // how long its lease has been over, at least
	Lease    time.Duration // a new one for who has answered, else 0
}
