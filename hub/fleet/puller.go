package fleet

import (
	"context"
	"time"
)

// Puller asks an instance that can be dialled which blocks have run.
type Puller interface {
	// Pull returns the instance's profile as text. It returns within ctx's time.
	Pull(ctx context.Context, i Instance) ([]byte, error)
}

// PullRow is what a store notes of the pulls of a service.
type PullRow struct {
	Service string
	Begun   time.Time // of the last one
	Asked   int64     // how often it had been asked for by then
	Step    int       // of the ladder by which it slows down
}
