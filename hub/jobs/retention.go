package jobs

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// KindRetention is the job that removes what is not kept. There is only one.
const KindRetention = "retention"

// retentionInterval is how often it runs.
const retentionInterval = time.Hour

// Retention returns the handler of KindRetention.
func Retention(f *fleet.Fleet, r fleet.Retention) Handler {
	return func(context.Context, *Job) (Outcome, error) {
		var swept fleet.Swept
		return Outcome{
			Again: retentionInterval - rand.N(retentionInterval/4), //nolint:gosec // spreads load, no secret
			Effect: func(tx fleet.Tx) (err error) {
				swept, err = tx.Sweep(r)
				return err
			},
			Then: func(ctx context.Context) error { return f.RemoveBlobs(ctx, swept) },
		}, nil
	}
}
