package fleet

import "time"

// Target is an entry of goc's list: an address that an agent has registered under
// a name, where it can be asked for what has run.
type Target struct {
	Number   int64 // in the order of registration
	Name     string
	Address  string // scheme, host and port
	Peer     string // the IP address that it was registered from
	Instance string
	State    InstanceState // of the instance
	Added    time.Time
}

// Listed says whether the target is in goc's list: it is until its instance is
// taken for gone.
func (t *Target) Listed() bool { return t.State == Live || t.State == Unreachable }

// Dialled is the target's instance as Prober and Puller take it.
func (t *Target) Dialled() Instance {
	return Instance{ID: t.Instance, Agent: AgentGocV1, Address: t.Address, Host: t.Peer, State: t.State}
}
