package fleet

import "time"

// Retention says how long things are kept. What a release's instances ran is
// kept in its builds as long as the release.
type Retention struct {
	Release  time.Duration // after its last report; default 90 days
	Releases int           // of each service, the newest ones, whatever their age; default 20
	Instance time.Duration // after it ended or was gone; default 14 days
	Covers   int           // rows of a release's history; default 1000
	AtOnce   int           // releases removed in one sweep; default 50
}

// DefaultRetention is what a hub keeps by default.
func DefaultRetention() Retention {
	const day = 24 * time.Hour
	return Retention{Release: 90 * day, Releases: 20, Instance: 14 * day, Covers: 1000, AtOnce: 50}
}

// Swept is what a sweep removed.
type Swept struct {
	Releases  int
	Instances int
	Manifests []string // digests of manifests whose blobs are unused
	Covmetas  []string // digests of meta-data whose blobs are unused
	Blocks    []string // keys of instances' block coverage that is unused
	Counters  []string // instances whose counters are unused
	Files     []string // keys of profiles in removed histories; may contain ""
}
