package fleet

import (
	"context"
	"sync"
	"time"
)

// The watch dog's rules.
const (
	watchProbes   = 2               // so many looks have to find nobody
	watchPatience = 3 * time.Second // for one look
	watchAtOnce   = 32              // looks at once
	watchMost     = 1000            // instances in one round
)

// Watch looks after instances whose lease is over and says what became of them.
// A lease is over by the store's clock, and a margin.
//
// One that can be asked is gone when two looks in a row, a round apart, found
// nobody; before that a last pull is tried. While it answers it has a new lease: it
// stays live if what ran could be pulled, and is unreachable otherwise. One that nobody can dial is gone when
// it was silent for half a lease more. Nothing is removed: what it said is kept.
func (f *Fleet) Watch(ctx context.Context) ([]Verdict, error) {
	margin := f.lease / 20
	silent, err := f.store.Silent(ctx, margin, watchMost)
	if err != nil {
		return nil, err
	}
	now, err := f.store.Now(ctx)
	if err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(silent))
	slots := make(chan struct{}, watchAtOnce)
	var looks sync.WaitGroup
	for n, i := range silent {
		verdicts[n] = Verdict{Instance: i.ID, State: i.State, Probes: i.Probes, Margin: margin}
		prober := f.probers[i.Agent]
		if prober == nil {
			if now.Sub(i.LeaseUntil) > f.lease/2 {
				verdicts[n].State = goneOrEnded(&i)
			}
			continue
		}
		slots <- struct{}{}
		looks.Go(func() {
			defer func() { <-slots }()
			f.look(ctx, &verdicts[n], prober, &i)
		})
	}
	looks.Wait()
	return verdicts, ctx.Err()
}

func (f *Fleet) look(ctx context.Context, v *Verdict, prober Prober, i *Instance) {
	looking, cancel := context.WithTimeout(ctx, watchPatience)
	defer cancel()
	if prober.Probe(looking, *i) {
		v.Probes, v.Lease = 0, f.lease
		if !i.Measured {
			v.State = Unreachable
		}
		return
	}
	if v.Probes++; v.Probes < watchProbes {
		return
	}
	last, cancel := context.WithTimeout(ctx, watchPatience)
	defer cancel()
	if f.pullers[i.Agent] != nil {
		if _, err := f.Pull(last, *i); err == nil {
			v.State, v.Probes, v.Lease = Live, 0, f.lease
			return
		}
	}
	v.State = goneOrEnded(i)
}

// goneOrEnded is what a dead instance is: one that was expected to end has ended.
func goneOrEnded(i *Instance) InstanceState {
	if i.Short {
		return Ended
	}
	return Gone
}

// WatchInterval is how often to Watch.
func (f *Fleet) WatchInterval() time.Duration { return f.lease / 4 }

// answers has a look at an instance.
func (f *Fleet) answers(ctx context.Context, i Instance) bool {
	ctx, cancel := context.WithTimeout(ctx, watchPatience)
	defer cancel()
	prober := f.probers[i.Agent]
	return prober != nil && prober.Probe(ctx, i)
}
