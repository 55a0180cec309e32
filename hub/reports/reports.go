package reports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Options are what Reports need. Fleet is required.
type Options struct {
	Fleet        *fleet.Fleet
	Repositories *Repositories // nil for none
	Keep         time.Duration // how long a report stays valid while newer counts arrive; 15 min
	Patience     time.Duration // the longest that a report may take to make; 15 min
	Log          *slog.Logger
}

// Reports makes reports. It is safe for concurrent use.
type Reports struct {
	maker
	*refresher
	slots chan struct{} // holds one for each report that is being made

	mu    sync.Mutex
	cache *cache
	tasks map[Ask]*task
}

// New returns Reports on a fleet. Close ends what they do.
func New(o Options) *Reports {
	if o.Repositories == nil {
		o.Repositories = &Repositories{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	keep, patience := cmp.Or(o.Keep, 15*time.Minute), cmp.Or(o.Patience, 15*time.Minute)
	return &Reports{
		maker:     maker{o.Fleet, o.Repositories, o.Log},
		refresher: &refresher{fleet: o.Fleet, keep: keep, patience: patience, life: newLife(), running: map[string]*refresh{}},
		slots:     make(chan struct{}, max(2, runtime.GOMAXPROCS(0))), cache: newCache(), tasks: map[Ask]*task{},
	}
}

// Close ends the reports that are being made and waits for them.
func (r *Reports) Close() { r.life.end() }

// Get returns a report, or its progress after wait. It does not make a report again
// that was made of the same counts, or less than Keep ago, unless force says so.
func (r *Reports) Get(ctx context.Context, a Ask, force bool, wait time.Duration) (*Result, *Progress, error) {
	state, err := r.check(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	r.mu.Lock()
	if known := r.cache.get(a); known != nil && !force {
		if good, stale := known.isGood(state, r.keep); good {
			r.mu.Unlock()
			shown := *known
			shown.Stale = stale
			return &shown, nil, nil
		}
	}
	t := r.begin(a, state)
	r.mu.Unlock()
	return t.wait(ctx, wait)
}

// Refresh asks a release's instances for their counts and measures the release
// again, unless it was measured less than Keep ago and force is false. Reports that
// were made before are then made again, too.
func (r *Reports) Refresh(ctx context.Context, release string, force bool, wait time.Duration) (Refreshed, error) {
	result, err := r.refresher.refreshOnce(ctx, release, force, wait)
	if err == nil && !result.Cached {
		r.forget(release)
	}
	return result, err
}

// Undo takes the last Clear of a release back.
func (r *Reports) Undo(ctx context.Context, release string) (*fleet.Baseline, error) {
	b, err := r.refresher.undo(ctx, release)
	if err == nil {
		r.forget(release)
	}
	return b, err
}

// forget makes reports of a release's current counts be made again.
func (r *Reports) forget(release string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for a := range r.cache.byAsk {
		if a.Release == release && a.Row == 0 {
			r.cache.drop(a)
		}
	}
}

// check refuses requests that make no sense, and returns what to report on.
func (r *Reports) check(ctx context.Context, a Ask) (state state, err error) {
	if a.Row != 0 {
		row, err := r.maker.fleet.Cover(ctx, a.Row)
		if err == nil && row.Release != a.Release {
			err = fleet.Errorf(fleet.NotFound, "release %.40q has no row %d in its history", a.Release, a.Row)
		}
		return state, err
	}
	if _, err := r.maker.fleet.Release(ctx, a.Release); err != nil {
		return state, err
	}
	if state.counters, err = r.maker.fleet.CountersKey(ctx, a.Release); err != nil {
		return state, err
	}
	if state.counters == "" {
		return state, fleet.Errorf(fleet.NotFound, "no instance of release %.40q has sent coverage counters: build it with go build -cover -covermode=atomic", a.Release)
	}
	b, err := r.maker.fleet.Baseline(ctx, a.Release)
	if b != nil {
		state.baseline = b.ID
	}
	return state, err
}

// begin returns the task of a report, and starts one if none runs. The caller holds
// the lock.
func (r *Reports) begin(a Ask, s state) *task {
	if t := r.tasks[a]; t != nil {
		return t
	}
	t := &task{done: make(chan struct{}), progress: Progress{Phase: "waiting for other reports", Since: time.Now()}}
	r.tasks[a] = t
	r.life.all.Go(func() {
		ctx, cancel := context.WithTimeoutCause(r.life.ctx, r.patience, fmt.Errorf("it took more than %v", r.patience))
		defer cancel()
		result, err := r.run(ctx, t, a)
		r.mu.Lock()
		defer r.mu.Unlock()
		if err == nil {
			result.state = s.String()
			r.cache.put(result)
		}
		delete(r.tasks, a)
		t.result, t.err = result, err
		close(t.done)
	})
	return t
}

// run makes a report when its turn has come. If making it panics, the report fails:
// it must not end the hub.
func (r *Reports) run(ctx context.Context, t *task, a Ask) (result *Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("making a report: panic: %v", v)
		}
	}()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	begin := time.Now()
	if result, err = r.make(ctx, t, a); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = fleet.Errorf(fleet.Busy, "making the report: %v", context.Cause(ctx))
		}
		return nil, err
	}
	result.Made, result.Took = time.Now(), time.Since(begin)
	return result, nil
}
