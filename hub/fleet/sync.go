package fleet

import (
	"context"
	"time"
)

// Synced says how far a sync has come.
type Synced struct {
	Asked   int // instances that were asked to push
	Waiting int // how many of them have not yet
}

// Sync asks the live instances of a service for what they have, and waits for
// at most wait, or until ctx ends. Instances that the hub can connect to are
// pulled, the others are asked when they report next. Reports that miss the time
// still arrive later.
func (f *Fleet) Sync(ctx context.Context, service string, wait time.Duration) (Synced, error) {
	begun, err := f.store.Now(ctx)
	if err != nil {
		return Synced{}, err
	}
	begun = begun.Truncate(time.Millisecond)
	dialled, err := f.dialled(ctx, service)
	if err != nil {
		return Synced{}, err
	}
	if dialled > 0 {
		if err := f.refresh(ctx, service, 0); err != nil {
			return Synced{}, err
		}
	}
	asked, err := f.store.Ask(ctx, service, askPatience)
	if err != nil {
		return Synced{}, err
	}
	synced := Synced{Asked: asked + dialled, Waiting: asked + dialled}
	for end := time.Now().Add(wait); synced.Waiting > 0 && time.Now().Before(end); {
		select {
		case <-time.After(askPoll / 5):
		case <-ctx.Done():
			return synced, nil
		}
		waiting, err := f.store.Asked(ctx, service)
		if err != nil {
			return synced, err
		}
		synced.Waiting = min(len(waiting), asked)
		if dialled == 0 {
			continue
		}
		pull, err := f.PullOf(ctx, service)
		if err != nil {
			return synced, err
		}
		if pull.Begun.Before(begun) {
			synced.Waiting += dialled
		}
	}
	return synced, nil
}

// dialled returns how many live instances of a service the hub can connect to.
func (f *Fleet) dialled(ctx context.Context, service string) (n int, err error) {
	if f.refresh == nil || len(f.pullers) == 0 {
		return 0, nil
	}
	releases, err := f.store.Releases(ctx, service)
	if err != nil {
		return 0, err
	}
	for _, release := range releases[:min(len(releases), refreshedMost)] {
		instances, err := f.store.Instances(ctx, release.ID)
		if err != nil {
			return 0, err
		}
		for _, i := range instances {
			if f.pullers[i.Agent] != nil && (i.State == Live || i.State == Unreachable) {
				n++
			}
		}
	}
	return n, nil
}

// LookForAsks makes sure that instances which somebody waits for are answered
// by the store and not from memory, and calls those that are connected here. Each
// replica runs it once, until ctx ends.
func (f *Fleet) LookForAsks(ctx context.Context) {
	tick := time.NewTicker(askPoll)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		ids, err := f.store.Asked(ctx, "")
		if err != nil && ctx.Err() == nil {
			f.log.Error("looking for who waits failed", "error", err)
		}
		for _, id := range ids {
			f.presence.forget(id)
		}
		if f.connected != nil && len(ids) > 0 {
			f.connected.Asked(ctx, ids)
		}
	}
}

// Copy returns an instance's latest profile. It first asks the replica that has
// the instance's connection to renew it.
func (f *Fleet) Copy(ctx context.Context, instance string) ([]byte, error) {
	s, err := f.store.ServiceOf(ctx, instance)
	if err != nil {
		return nil, err
	}
	if _, err := f.ask(ctx, s.ID, copyPatience); err != nil {
		return nil, err
	}
	row, err := f.store.BlocksOf(ctx, instance)
	if err != nil {
		return nil, err
	}
	_, last, err := f.twoBlocks(ctx, &row)
	if err != nil {
		return nil, err
	}
	return last.AppendText(nil)
}

// copyPatience is how long Copy waits for a newer profile.
const copyPatience = 5 * time.Second
