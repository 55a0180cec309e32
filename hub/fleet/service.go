package fleet

import "time"

// Service is a program that runs in many processes under one name.
type Service struct {
	ID string
	Labels
	FirstSeen time.Time
}

// Release is a service at one commit, or version if the commit is unknown. It
// is what people decide about.
type Release struct {
	ID        string
	ServiceID string
	// Revision identifies a release within its service: the commit, otherwise
	// the version, otherwise "build-" and the beginning of the manifest's
	// digest. For a build of a changed work tree, "-dirty-" and the beginning
	// of the digest follow.
	Revision  string
	Branch    string
	Commit    string
	Version   string
	Dirty     bool
	FirstSeen time.Time // when its first instance registered
}

// Build is a release's binary for one platform. All processes of a build have
// the same points with the same ids.
type Build struct {
	ID        string
	ReleaseID string
	Manifest  string // SHA-256 of its manifest; "" without points
	Points    int    // as registered; the manifest may not have arrived yet
	Go        string // such as go1.26.8
	OS, Arch  string
	Goat      string
	FirstSeen time.Time
	Ran       int    // number of ids in Covered
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
	Short      bool // a job or a command, which is expected to end
	Covmeta    string
	Started    time.Time
	Registered time.Time
	Seen       time.Time // last report, as exactly as leases are written
	LeaseUntil time.Time
	State      InstanceState
	Since      time.Time // in this state since
	Measured   bool      // it has reported what ran, even if nothing
	Probes     int       // probes in a row that found nobody
	Acked      int       // number of hits received
	Covered    Bitmap
}

// Agent is the protocol that an instance uses.
type Agent string

// The protocols.
const (
	AgentGoat  Agent = "goat"
	AgentGocV1 Agent = "goc-v1"
	AgentGocV2 Agent = "goc-v2"
)

// FirstHit says when and where a point of a build first ran.
type FirstHit struct {
	Point    int // id in the build, from 1
	At       time.Time
	Instance string
	Route    string // "" if not known
	LastDay  int    // the last day on which it ran, in days since 1970 UTC
}

// Counters is the hub's record of an instance's coverage counters. Their bytes
// are in the format of runtime/coverage.
type Counters struct {
	Instance string
	Release  string
	Covmeta  string // digest of their meta-data
	Size     int64
	At       time.Time // when they arrived
}
