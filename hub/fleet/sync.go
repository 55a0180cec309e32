package fleet

import (
	"context"
	"time"
)

// Synced is how far a sync has come.
type Synced struct {
	Asked   int // instances that were asked to push
	Waiting int // of these, those that have not yet
}

// askPatience is how long an instance is asked for: it may come once in a
// heartbeat, and then once more.
const askPatience = 10 * time.Minute

// askPoll is how often replicas look who is asked for.
const askPoll = time.Second

// Sync asks the live instances of a service for what they have, and waits for it
// for as long as wait, or ctx. The hub dials no agent: each is asked when it comes
// next. What is missing then still comes.
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

// LookForAsks has instances that somebody waits for answered by the store, until
// ctx ends. Each replica runs it once.
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
