package fleet

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// Rules of a refresh.
const (
	pullAtOnce     = 32               // instances that are asked concurrently
	pullGone       = 24 * time.Hour   // how long an instance that is gone is still tried
	refreshedMost  = 20               // number of releases of a service that are asked, the newest ones
	refreshSplayed = 30 * time.Second // new instances are pulled within this time, spread out
)

// Refreshed is the result of a refresh.
type Refreshed struct {
	Begun   time.Time // by the store's clock
	Pulled  int
	Failed  []string // live instances that did not answer
	Others  []string // instances whose address now has another program
	Active  bool     // an instance that can be asked is live, or was within a day
	Changed bool     // a block ran for the first time
}

// Refresh pulls the block coverage of all instances of a service that the hub
// can connect to. It asks many concurrently and gives each its own time limit,
// so one that does not answer delays no others.
func (f *Fleet) Refresh(ctx context.Context, service string) (*Refreshed, error) {
	if _, err := f.store.Service(ctx, service); err != nil {
		return nil, err
	}
	begun, err := f.store.Now(ctx)
	if err != nil {
		return nil, err
	}
	releases, err := f.store.Releases(ctx, service)
	if err != nil {
		return nil, err
	}
	r := &Refreshed{Begun: begun}
	for _, release := range releases[:min(len(releases), refreshedMost)] {
		instances, err := f.store.Instances(ctx, release.ID)
		if err != nil {
			return nil, err
		}
		f.pullAll(ctx, r, instances)
	}
	return r, ctx.Err()
}

// pullAll pulls those instances that the hub can connect to and that may still
// exist.
func (f *Fleet) pullAll(ctx context.Context, r *Refreshed, instances []Instance) {
	var mu sync.Mutex
	slots := make(chan struct{}, pullAtOnce)
	var pulls sync.WaitGroup
	for _, i := range instances {
		if f.pullers[i.Agent] == nil || i.State == Ended || i.State == Gone && r.Begun.Sub(i.Since) > pullGone {
			continue
		}
		r.Active = true
		slots <- struct{}{}
		pulls.Go(func() {
			defer func() { <-slots }()
			changed, err := f.Pull(ctx, i)
			if err != nil {
				f.log.Info("pulling an instance failed", "instance", i.ID, "address", i.Address, "error", err)
			}
			there := err != nil && i.State == Live && f.answers(ctx, i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				r.Pulled++
				r.Changed = r.Changed || changed
			} else if errors.Is(err, errOtherProgram) {
				r.Others = append(r.Others, i.ID)
			} else if there {
				r.Failed = append(r.Failed, i.ID)
			}
		})
	}
	pulls.Wait()
}

// PullOf returns the record of a service's pulls, or an empty one.
func (f *Fleet) PullOf(ctx context.Context, service string) (PullRow, error) {
	row, err := f.store.PullOf(ctx, service)
	if errors.Is(err, NotFound) {
		return PullRow{Service: service}, nil
	}
	return row, err
}

// refreshSoon schedules a refresh of a service that has something new.
func (f *Fleet) refreshSoon(ctx context.Context, service string) error {
	if f.refresh == nil || !f.asked.first(service, time.Now()) {
		return nil
	}
	return f.refresh(ctx, service, refreshSplayed/6+rand.N(refreshSplayed))
}
