package fleet

import "time"

// Target is an entry of goc's list: an address that an agent registered under a
// name, where it can be asked for what has run.
type Target struct {
	Number   int64 // order of registration
	Name     string
	Address  string // scheme, host and port
	Peer     string // the IP address from which it was registered
	Instance string
	State    InstanceState // of the instance
	Added    time.Time
}

// Listed reports whether the target is in goc's list. It is, until its instance
// is gone.
func (t *Target) Listed() bool { return t.State == Live || t.State == Unreachable }

// Dialled returns the target's instance in the form that Prober and Puller
// take.
func (t *Target) Dialled() Instance {
	return Instance{ID: t.Instance, Agent: AgentGocV1, Address: t.Address, Host: t.Peer, State: t.State}
}
