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
// nobody, and unreachable while it answers. One that nobody can dial is gone when
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
			verdicts[n].look(ctx, prober, &i)
		})
	}
	looks.Wait()
	return verdicts, ctx.Err()
}

func (v *Verdict) look(ctx context.Context, prober Prober, i *Instance) {
	ctx, cancel := context.WithTimeout(ctx, watchPatience)
	defer cancel()
	if prober.Probe(ctx, *i) {
		v.State, v.Probes = Unreachable, 0
		return
	}
	if v.Probes++; v.Probes >= watchProbes {
		v.State = goneOrEnded(i)
	}
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
