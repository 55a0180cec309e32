package fleet

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"sync"
	"time"
)

// Rules of a refresh.
const (
	pullGone = 24 * time.Hour // how long an instance that is gone is still tried
	// refreshPatience is how long to wait for instances that connect to the hub.
	refreshPatience = 10 * time.Second
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
// can connect to, and asks agents that have connected to the hub. It asks many
// concurrently and gives each its own time limit, so one that does not answer
// delays no others.
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
	releases = releases[:min(len(releases), refreshedMost)]
	before, err := f.digests(ctx, releases)
	if err != nil {
		return nil, err
	}
	asked := false
	for _, release := range releases {
		instances, err := f.store.Instances(ctx, release.ID)
		if err != nil {
			return nil, err
		}
		for _, i := range instances {
			asked = asked || i.Agent == AgentGocV2 && i.State == Live
		}
		f.pullAll(ctx, r, instances)
	}
	if asked {
		r.Active = true
		if _, err := f.ask(ctx, service, refreshPatience); err != nil {
			return nil, err
		}
	}
	after, err := f.digests(ctx, releases)
	if err != nil {
		return nil, err
	}
	r.Changed = !maps.Equal(before, after)
	return r, ctx.Err()
}

// digests returns by instance which blocks have run.
func (f *Fleet) digests(ctx context.Context, releases []Release) (map[string]string, error) {
	of := map[string]string{}
	for _, release := range releases {
		rows, err := f.store.Blocks(ctx, release.ID)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			of[row.Instance] = row.Digest
		}
	}
	return of, nil
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
			err := f.Pull(ctx, i)
			if err != nil {
				f.log.Info("pulling an instance failed", "instance", i.ID, "address", i.Address, "error", err)
			}
			there := err != nil && i.State == Live && f.answers(ctx, i)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				r.Pulled++
			case errors.Is(err, errOtherProgram):
				r.Others = append(r.Others, i.ID)
			case there:
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
	return f.refresh(ctx, service, f.splay/6+rand.N(f.splay)) //nolint:gosec // spreads load, no secret
}
