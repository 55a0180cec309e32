package fleet

import "time"

// Service is what runs in many processes under one name.
type Service struct {
	ID string
	Labels
	FirstSeen time.Time
}

// Release is a service at one commit, or version where the commit is not known.
// It is what people decide on.
type Release struct {
	ID        string
	ServiceID string
	// Revision tells releases of a service apart: the commit; else the version;
	// else "build-" and the beginning of the manifest's digest. What was built of
	// a changed work tree has "-dirty-" and that beginning at its end.
	Revision  string
	Branch    string
	Commit    string
	Version   string
	Dirty     bool
	FirstSeen time.Time // when its first instance registered
}

// Build is a release's binary for one platform: processes of a build have the
// same points under the same ids.
type Build struct {
	ID        string
	ReleaseID string
	Manifest  string // SHA-256 of its manifest, "" without points
	Points    int    // as registered; the manifest may not have arrived
	Go        string // go1.26.8
	OS, Arch  string
	Goat      string
	FirstSeen time.Time
	Ran       int    // how many ids Covered has
	Covered   Bitmap // the union of what its instances ran
}

// Instance is one process, from its registration on.
type Instance struct {
	ID         string // 32 hexadecimal digits
	BuildID    string
	ReleaseID  string
	Agent      Agent
	Host       string
	Pod        string // the pod's UID
	PID        int
	Address    string
	Short      bool // a job or a run of a command: expected to end
	Covmeta    string
	Started    time.Time
	Registered time.Time
	Seen       time.Time // last word, as exactly as leases are written
	LeaseUntil time.Time
	State      InstanceState
	Since      time.Time // in this state
	Measured   bool      // it has said what ran, be it nothing
	Probes     int       // how many in a row found nobody
	Acked      int       // hits received
	Covered    Bitmap
}

// Agent is the protocol that an instance speaks.
type Agent string

// The protocols.
const (
	AgentGoat  Agent = "goat"
	AgentGocV1 Agent = "goc-v1"
	AgentGocV2 Agent = "goc-v2"
)

// FirstHit says when and where a point of a build first ran.
type FirstHit struct {
	Point    int // id within the build, from 1
	At       time.Time
	Instance string
	Route    string // "" where not known
	LastDay  int    // the last day on which it ran, in days since 1970 UTC
}

// Counters is what the hub has of an instance's coverage counters. The bytes are
// those of runtime/coverage.
type Counters struct {
	Instance string
	Release  string
	Covmeta  string // digest of the meta-data that explains them
	Size     int64
	At       time.Time // when they came
}
