package fleet

import (
	"context"
	"slices"
	"time"
)

// askPatience is how long an instance is asked for. It must cover two reports,
// one per heartbeat.
const askPatience = 10 * time.Minute

// askPoll is how often replicas check which instances are asked for.
const askPoll = time.Second

// refreshedMost is how many releases of a service are asked, the newest ones.
const refreshedMost = 20

// ask asks the instances of a service that the hub cannot connect to, and waits
// until they have answered, at most wait. It returns how many have not.
func (f *Fleet) ask(ctx context.Context, service string, wait time.Duration) (waiting int, err error) {
	return f.askSome(ctx, service, nil, wait)
}

// askSome is ask, but waits only for some of the instances; nil means all.
func (f *Fleet) askSome(ctx context.Context, service string, instances []string, wait time.Duration) (waiting int, err error) {
	if waiting, err = f.store.Ask(ctx, service, askPatience); err != nil {
		return waiting, err
	}
	for end := time.Now().Add(wait); ; {
		list, err := f.store.Asked(ctx, service)
		if err != nil {
			return waiting, err
		}
		if instances != nil {
			list = slices.DeleteFunc(list, func(id string) bool { return !slices.Contains(instances, id) })
		}
		if waiting = len(list); waiting == 0 || time.Now().After(end) {
			return waiting, nil
		}
		select {
		case <-time.After(askPoll / 5):
		case <-ctx.Done():
			return waiting, ctx.Err()
		}
	}
}
