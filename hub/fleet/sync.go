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

// askPatience is how long an instance is asked for. It must cover two reports,
// one per heartbeat.
const askPatience = 10 * time.Minute

// askPoll is how often replicas check which instances are asked for.
const askPoll = time.Second

// Sync asks the live instances of a service for what they have, and waits for
// at most wait, or until ctx ends. The hub connects to no agent: each is asked
// when it reports next. Reports that miss the time still arrive later.
func (f *Fleet) Sync(ctx context.Context, service string, wait time.Duration) (Synced, error) {
	asked, err := f.store.Ask(ctx, service, askPatience)
	if err != nil {
		return Synced{}, err
	}
	synced := Synced{Asked: asked, Waiting: asked}
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
	}
	return synced, nil
}

// LookForAsks makes sure that instances which somebody waits for are answered
// by the store and not from memory. Each replica runs it once, until ctx ends.
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
	}
}
