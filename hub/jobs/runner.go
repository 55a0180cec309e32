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

// Handler does a job. When ctx ends it must return soon, and its outcome is
// dropped.
type Handler func(ctx context.Context, j *Job) (Outcome, error)

// Runner does the jobs of the kinds for which it has handlers.
type Runner struct {
	Store    Store
	Handlers map[string]Handler
	Workers  int           // concurrent jobs; at least 1
	Lease    time.Duration // how long a claimed job belongs to this runner without renewal; default 1 min
	Poll     time.Duration // how often to look for jobs when there were none; default 1 s
	Log      *slog.Logger
}

// Run does jobs until ctx ends, and returns when the running ones have ended.
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
			pause(ctx, r.Poll/2+rand.N(r.Poll)) //nolint:gosec // spreads load, no secret
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

// do runs a job's handler while it keeps the lease, and writes the outcome.
func (r *Runner) do(ctx context.Context, j *Job) {
	log := r.Log.With("kind", j.Kind, "key", j.Key)
	running, stop := context.WithCancel(ctx)
	defer stop()
	go r.keep(running, stop, j)
	outcome, err := r.handle(running, j)
	switch {
	case running.Err() != nil:
		return // stopped or lost; the next runner that claims it starts anew
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

// handle turns a panic of a handler into an error, so that one job cannot end
// the hub.
func (r *Runner) handle(ctx context.Context, j *Job) (o Outcome, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return r.Handlers[j.Kind](ctx, j)
}

// keep extends the lease until running ends. If the job is lost, it calls stop.
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

// backoff returns the time to wait after the n-th failure in a row: it doubles
// from 5 s to 20 min and is randomised.
func backoff(n int) time.Duration {
	d := 5 * time.Second << min(max(n-1, 0), 8)
	return d/2 + rand.N(d/2) //nolint:gosec // spreads load, no secret
}
