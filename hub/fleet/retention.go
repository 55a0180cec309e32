package fleet

import "time"

// Retention says how long things are kept. What a release's instances ran is kept
// in its builds as long as the release is.
type Retention struct {
	Release  time.Duration // after its last word; 90 days
	Releases int           // of each service, whatever their age: the newest; 20
	Instance time.Duration // after it ended or went; 14 days
	Covers   int           // rows of a release's history; 1000
	AtOnce   int           // releases removed in one sweep; 50
}

// DefaultRetention is what a hub keeps unless it is told otherwise.
func DefaultRetention() Retention {
	const day = 24 * time.Hour
	return Retention{Release: 90 * day, Releases: 20, Instance: 14 * day, Covers: 1000, AtOnce: 50}
}

// Swept is what a sweep has removed.
type Swept struct {
	Releases  int
	Instances int
	Manifests []string // digests whose blobs nobody needs any more
	Covmetas  []string // likewise
	Blocks    []string // keys of instances' block coverage that nobody needs any more
	Counters  []string // instances whose counters nobody needs any more
	Files     []string // keys of profiles in histories that are gone; "" among them
}
