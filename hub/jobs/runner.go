package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Handler does a job. It ends soon after ctx does; its outcome is then dropped.
type Handler func(ctx context.Context, j *Job) (Outcome, error)

// Runner does the jobs of the kinds that it has handlers for.
type Runner struct {
	Store    Store
	Handlers map[string]Handler
	Workers  int           // how many at once; 1 at least
	Lease    time.Duration // how long a job is this runner's without a word of it; 1 min
	Poll     time.Duration // how often to look when there was nothing to do; 1 s
	Log      *slog.Logger
}

// Run does jobs until ctx ends, and returns when those that run have ended.
func (r *Runner) Run(ctx context.Context) {
	kinds := slices.Sorted(maps.Keys(r.Handlers))
	var workers sync.WaitGroup
	for range max(1, r.Workers) {
		workers.Go(func() { r.work(ctx, kinds) })
	}
	workers.Wait()
}

func (r *Runner) work(ctx context.Context, kinds []string) {
	for ctx.Err() == nil {
		j, err := r.Store.Claim(ctx, kinds, r.Lease)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("claiming a job failed", "error", err)
		}
		if j == nil {
			pause(ctx, r.Poll/2+rand.N(r.Poll))
			continue
		}
		r.do(ctx, j)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// do runs a job's handler while it keeps the lease, and writes what comes of it.
func (r *Runner) do(ctx context.Context, j *Job) {
	log := r.Log.With("kind", j.Kind, "key", j.Key)
	running, stop := context.WithCancel(ctx)
	defer stop()
	go r.keep(running, stop, j)
	outcome, err := r.handle(running, j)
	switch {
	case running.Err() != nil:
		return // stopped, or lost: whoever claims it next does it anew
	case err != nil:
		log.Warn("job failed", "attempt", j.Attempt, "error", err)
		err = r.Store.Fail(ctx, j, err.Error(), backoff(j.Attempt))
	default:
		if err = r.Store.Finish(ctx, j, outcome); err == nil && outcome.Then != nil {
			err = outcome.Then(ctx)
		}
	}
	if errors.Is(err, ErrLost) {
		log.Warn("job was taken by another runner")
	} else if err != nil && ctx.Err() == nil {
		log.Error("ending a job failed", "error", err)
	}
}

// handle turns a panic of a handler into an error: one job must not end the hub.
func (r *Runner) handle(ctx context.Context, j *Job) (o Outcome, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return r.Handlers[j.Kind](ctx, j)
}

// keep extends the lease until running ends, and ends it where the job is lost.
func (r *Runner) keep(running context.Context, stop context.CancelFunc, j *Job) {
	tick := time.NewTicker(r.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := r.Store.Extend(running, j, r.Lease); errors.Is(err, ErrLost) {
				stop()
				return
			}
		case <-running.Done():
			return
		}
	}
}

// backoff is how long to wait after the n-th failure in a row: from 5 s, doubling,
// to 20 min, and at random.
func backoff(n int) time.Duration {
	d := 5 * time.Second << min(max(n-1, 0), 8)
	return d/2 + rand.N(d/2)
}
