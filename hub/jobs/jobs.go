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
	Asked   int64 // grows each time the job is scheduled
	Attempt int   // from 1; starts anew after a success
}

// Outcome is the result of a job.
type Outcome struct {
	// Effect writes in the transaction that ends the job. It may be called more
	// than once, and must not wait for anything else. It may be nil.
	Effect func(fleet.Tx) error
	// Then is called once after the commit. It is lost if the runner is killed
	// in between. It may be nil.
	Then func(ctx context.Context) error
	// Again is the time after which the job runs again; 0 means never.
	Again time.Duration
}

// ErrLost says that another runner has the job now.
var ErrLost = errors.New("another runner has the job")

// Store is the job table. Its clock decides which jobs are due and which leases
// are over.
type Store interface {
	// Schedule schedules a job after a time. If it is scheduled for later
	// already, it becomes due earlier.
	Schedule(ctx context.Context, kind, key, payload string, after time.Duration) error
	// Spread reschedules the jobs of a kind that are overdue by more than late to
	// random times within a duration.
	Spread(ctx context.Context, kind string, late, within time.Duration) error
	// Claim claims the job of one of the kinds that has been due the longest,
	// for a lease. It returns nil if there is none.
	Claim(ctx context.Context, kinds []string, lease time.Duration) (*Job, error)
	// Extend renews the job's lease, or returns ErrLost.
	Extend(ctx context.Context, j *Job, lease time.Duration) error
	// Finish writes the outcome's effect and ends the job in one transaction.
	// If it returns ErrLost, it has written nothing.
	Finish(ctx context.Context, j *Job, o Outcome) error
	// Fail records what went wrong and schedules the job again after a time.
	Fail(ctx context.Context, j *Job, message string, after time.Duration) error
}
