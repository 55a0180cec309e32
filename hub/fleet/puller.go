package fleet

import (
	"context"
	"time"
)

// Puller asks an instance that the hub can connect to which blocks have run.
type Puller interface {
	// Pull returns the instance's profile as text. It must return when ctx
	// ends.
	Pull(ctx context.Context, i Instance) ([]byte, error)
}

// PullRow is a store's record of the pulls of a service.
type PullRow struct {
	Service string
	Begun   time.Time // when the last one began
	Asked   int64     // how often a pull had been requested by then
	Step    int       // position on the ladder of growing intervals
}

// Connected has the connections through which instances can be called that nobody
// can dial. Each replica has its own.
type Connected interface {
	// Asked has those of the instances that this replica has a connection of say what
	// they have. It does not wait for them.
	Asked(ctx context.Context, instances []string)
}
