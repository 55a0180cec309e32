package fleet

import (
	"context"
	"sync"
	"time"
)

// The rules of the watch dog.
const (
	watchProbes   = 2               // probes in a row that must find nobody
	watchPatience = 3 * time.Second // for one probe
	watchAtOnce   = 32              // concurrent probes
	watchMost     = 1000            // instances in one round
)

// Watch decides what has become of instances whose lease is over, by the
// store's clock and with a margin.
//
// An instance that can be asked is gone if two probes, in consecutive rounds,
// found nobody; before that, a last pull is tried. While it answers, it gets a
// new lease: it stays live if its coverage could be pulled, otherwise it is
// unreachable. An instance that the hub cannot connect to is gone when it was
// silent for half a lease more. Nothing that it reported is removed.
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
	if f.pullers[i.Agent] != nil && f.Pull(last, *i) == nil {
		v.State, v.Probes, v.Lease = Live, 0, f.lease
		return
	}
	v.State = goneOrEnded(i)
}

// goneOrEnded is the state of a dead instance: ended if it was expected to end,
// otherwise gone.
func goneOrEnded(i *Instance) InstanceState {
	if i.Short {
		return Ended
	}
	return Gone
}

// WatchInterval is the time between two calls of Watch.
func (f *Fleet) WatchInterval() time.Duration { return f.lease / 4 }

// answers probes an instance.
func (f *Fleet) answers(ctx context.Context, i Instance) bool {
	ctx, cancel := context.WithTimeout(ctx, watchPatience)
	defer cancel()
	prober := f.probers[i.Agent]
	return prober != nil && prober.Probe(ctx, i)
}
