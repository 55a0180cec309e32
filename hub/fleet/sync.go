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
	return f.sync(ctx, service, nil, wait)
}

// SyncRelease is Sync, but waits only for the instances of one release: those of
// others, which may have ended a moment ago, are asked all the same.
func (f *Fleet) SyncRelease(ctx context.Context, r *Release, wait time.Duration) (Synced, error) {
	instances, err := f.store.Instances(ctx, r.ID)
	if err != nil {
		return Synced{}, err
	}
	ids := make(map[string]bool, len(instances))
	for _, i := range instances {
		ids[i.ID] = true
	}
	return f.sync(ctx, r.ServiceID, ids, wait)
}

// askedOf returns how many instances of a service are waited for; of says which ones
// count, nil means all.
func (f *Fleet) askedOf(ctx context.Context, service string, of map[string]bool) (n int, err error) {
	list, err := f.store.Asked(ctx, service)
	for _, id := range list {
		if of == nil || of[id] {
			n++
		}
	}
	return n, err
}

func (f *Fleet) sync(ctx context.Context, service string, of map[string]bool, wait time.Duration) (Synced, error) {
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
	if of != nil {
		if asked, err = f.askedOf(ctx, service, of); err != nil {
			return Synced{}, err
		}
	}
	synced := Synced{Asked: asked + dialled, Waiting: asked + dialled}
	for end := time.Now().Add(wait); synced.Waiting > 0 && time.Now().Before(end); {
		select {
		case <-time.After(askPoll / 5):
		case <-ctx.Done():
			return synced, nil
		}
		waiting, err := f.askedOf(ctx, service, of)
		if err != nil {
			return synced, err
		}
		synced.Waiting = min(waiting, asked)
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
