package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Job is a job that a runner has claimed.
type Job struct {
	Kind    string
	Key     string
	Payload string
	Fence   int64 // grows with each claim
	Asked   int64 // grows each time it is asked for
	Attempt int   // from 1; begins anew after a success
}

// Outcome is what comes of a job.
type Outcome struct {
	// Effect writes to the transaction that ends the job. It may be called more
	// than once, and must not wait for anything else. nil for none.
	Effect func(fleet.Tx) error
	// Then is called once after the commit. It is lost where the runner is killed in
	// between. nil for none.
	Then func(ctx context.Context) error
	// Again is after how long the job is to run again; 0 is never.
	Again time.Duration
}

// ErrLost says that another runner has the job now.
var ErrLost = errors.New("another runner has the job")

// Store is the job table. Its clock decides what is due and which leases are over.
type Store interface {
	// Schedule asks for a job after a time. One that waits for later comes forward.
	Schedule(ctx context.Context, kind, key, payload string, after time.Duration) error
	// Claim takes the job of one of the kinds that has been due the longest, for as
	// long as lease, or returns nil.
	Claim(ctx context.Context, kinds []string, lease time.Duration) (*Job, error)
	// Extend begins the job's lease anew, or returns ErrLost.
	Extend(ctx context.Context, j *Job, lease time.Duration) error
	// Finish writes the outcome's effect and ends the job in one transaction, or
	// returns ErrLost and writes nothing.
	Finish(ctx context.Context, j *Job, o Outcome) error
	// Fail notes what went wrong and has the job run again after a time.
	Fail(ctx context.Context, j *Job, message string, after time.Duration) error
}
