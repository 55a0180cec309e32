package fleet

import "context"

// Keeper stores the profile of a release that was measured.
type Keeper interface {
	// Keep returns the key of the profile, for Fleet.File, and the total in
	// percent.
	Keep(ctx context.Context, r *Release, b *Blocks) (file string, total float64, err error)
}
