package reports

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Refreshed is the result of a refresh.
type Refreshed struct {
	// Latest is the release's latest measurement; nil if there is none.
	Latest *fleet.CoverRow
	// Cached says that the measurement is younger than Keep, so no instance was
	// asked.
	Cached bool
	// Running says that the wait ended before everything was done; the rest goes
	// on.
	Running bool
	// Asked is how many instances were asked, Waiting how many have not answered.
	Asked, Waiting int
}

// refresher asks instances for their counts and measures releases, with one refresh
// of a release at a time.
type refresher struct {
	fleet    *fleet.Fleet
	keep     time.Duration
	patience time.Duration
	life     *life

	mu      sync.Mutex
	running map[string]*refresh
}

type refresh struct {
	done   chan struct{}
	result Refreshed
	err    error
}

// refreshOnce is Reports.Refresh. There is only one refresh of a release at a time:
// whoever asks in the meantime waits for it, for as long as wait.
func (r *refresher) refreshOnce(ctx context.Context, release string, force bool, wait time.Duration) (Refreshed, error) {
	view, err := r.fleet.Release(ctx, release)
	if err != nil {
		return Refreshed{}, err
	}
	if !force && view.Cover != nil && time.Since(view.Cover.At) < r.keep {
		return Refreshed{Latest: view.Cover, Cached: true}, nil
	}
	r.mu.Lock()
	run := r.running[release]
	if run == nil {
		run = &refresh{done: make(chan struct{})}
		r.running[release] = run
		r.life.all.Go(func() {
			run.result, run.err = r.refresh(r.life.ctx, &view, wait)
			r.mu.Lock()
			delete(r.running, release)
			r.mu.Unlock()
			close(run.done)
		})
	}
	r.mu.Unlock()
	timer := time.NewTimer(wait + measureTime)
	defer timer.Stop()
	select {
	case <-run.done:
		return run.result, run.err
	case <-ctx.Done():
		return Refreshed{}, ctx.Err()
	case <-timer.C:
		return Refreshed{Latest: view.Cover, Running: true}, nil
	}
}

// measureTime is how long a refresh may take, after waiting for instances, before
// it is reported as running.
const measureTime = 2 * time.Second

func (r *refresher) refresh(ctx context.Context, view *fleet.ReleaseView, wait time.Duration) (Refreshed, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	synced, err := r.fleet.SyncRelease(ctx, &view.Release, wait)
	if err != nil {
		return Refreshed{}, err
	}
	result := Refreshed{Asked: synced.Asked, Waiting: synced.Waiting, Running: synced.Waiting > 0}
	if err := r.measure(ctx, view.ID); err != nil {
		return result, err
	}
	now, err := r.fleet.Release(ctx, view.ID)
	result.Latest = now.Cover
	return result, err
}

// measure adds the counts of a release's instances to its history, if they are new.
func (r *refresher) measure(ctx context.Context, release string) error {
	counted, err := r.fleet.Newest(ctx, release)
	if err != nil {
		return err
	}
	cover, err := r.fleet.Measure(ctx, release)
	if errors.Is(err, fleet.NotFound) {
		return nil // there are no counts
	}
	if err != nil {
		return err
	}
	return r.fleet.Record(ctx, release, counted, cover)
}

// Clear makes the counts of a release start again for people, see fleet.Clear.
func (r *refresher) Clear(ctx context.Context, release, by string) (*fleet.Baseline, error) {
	return r.fleet.Clear(ctx, release, by)
}

// undo takes the last Clear back, and measures again.
func (r *refresher) undo(ctx context.Context, release string) (*fleet.Baseline, error) {
	b, err := r.fleet.Undo(ctx, release)
	if err != nil {
		return nil, err
	}
	return b, r.measure(ctx, release)
}
