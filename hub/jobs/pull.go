package jobs

import (
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// KindPull is the job that refreshes the block coverage of a service. Its key
// is the service's id.
const KindPull = "pull"

// PullInterval is how often a service is pulled while its coverage changes.
const PullInterval = 20 * time.Minute

// ladder holds the number of intervals between pulls. While coverage does not
// change, the time grows from 20 minutes to 60, 2 hours and 4 hours.
var ladder = []int{1, 3, 6, 12}

// SchedulePull returns a function that schedules a pull of a service.
func SchedulePull(s Store) func(ctx context.Context, service string, after time.Duration) error {
	return func(ctx context.Context, service string, after time.Duration) error {
		return s.Schedule(ctx, KindPull, service, "", after)
	}
}

// Pull returns the handler of KindPull. A registration, a user's request and
// changed coverage start the ladder anew.
func Pull(f *fleet.Fleet, interval time.Duration) Handler {
	return func(ctx context.Context, j *Job) (Outcome, error) {
		last, err := f.PullOf(ctx, j.Key)
		if err != nil {
			return Outcome{}, err
		}
		r, err := f.Refresh(ctx, j.Key)
		if errors.Is(err, fleet.NotFound) {
			return Outcome{}, nil // the service is no longer kept
		}
		if err != nil {
			return Outcome{}, err
		}
		next := fleet.PullRow{Service: j.Key, Begun: r.Begun, Asked: j.Asked}
		if !r.Changed && last.Asked == j.Asked {
			next.Step = min(last.Step+1, len(ladder)-1)
		}
		o := Outcome{Effect: func(tx fleet.Tx) error { return write(tx, r, next) }}
		if r.Active { // otherwise the next registration schedules it
			o.Again = splayed(j.Key, interval*time.Duration(ladder[next.Step]))
		}
		return o, nil
	}
}

func write(tx fleet.Tx, r *fleet.Refreshed, next fleet.PullRow) error {
	for _, id := range r.Failed {
		if err := tx.Turn(id, fleet.Live, fleet.Unreachable); err != nil {
			return err
		}
	}
	for _, id := range r.Others {
		for _, from := range []fleet.InstanceState{fleet.Live, fleet.Unreachable} {
			if err := tx.Turn(id, from, fleet.Gone); err != nil {
				return err
			}
		}
	}
	return tx.SetPull(next)
}

// splayed spreads the pulls of many services in time: by a tenth of d according
// to the service's id, and by another tenth at random.
func splayed(service string, d time.Duration) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(service))
	tenth := d / 10
	return d - tenth + time.Duration(float64(tenth)*float64(h.Sum32())/(1<<32)) - rand.N(tenth+1) //nolint:gosec // spreads load, no secret
}
