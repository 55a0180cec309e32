package jobs

import (
	"context"
	"math/rand/v2"

	"github.com/goat-trace/goat/hub/fleet"
)

// KindWatchDog is the job that looks after silent instances. There is only one.
const KindWatchDog = "watch-dog"

// WatchDog returns the handler of KindWatchDog.
func WatchDog(f *fleet.Fleet) Handler {
	return func(ctx context.Context, _ *Job) (Outcome, error) {
		verdicts, err := f.Watch(ctx)
		if err != nil {
			return Outcome{}, err
		}
		interval := f.WatchInterval()
		return Outcome{
			Again: interval - rand.N(interval/4), //nolint:gosec // spreads load, no secret
			Effect: func(tx fleet.Tx) error {
				for _, v := range verdicts {
					if err := tx.Judge(v); err != nil {
						return err
					}
				}
				return nil
			},
		}, nil
	}
}
