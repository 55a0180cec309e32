package runs

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/goat-trace/goat/hub/jobs"
)

// The jobs of recorded runs. There is one of each.
const (
	KindRows      = "trace-rows"
	KindRetention = "trace-retention"
)

// rowsInterval is how often KindRows looks for runs that have ended.
const rowsInterval = 10 * time.Second

// retentionInterval is how often KindRetention runs.
const retentionInterval = time.Hour

// RowsJob returns the handler of KindRows: it keeps runs that have ended as
// rows, up to a number of steps. What it does twice has the effect of once.
func RowsJob(k *Keeper, limit uint64) jobs.Handler {
	return func(ctx context.Context, _ *jobs.Job) (jobs.Outcome, error) {
		return jobs.Outcome{Again: rowsInterval}, k.KeepPending(ctx, limit, time.Now())
	}
}

// RetentionJob returns the handler of KindRetention.
func RetentionJob(k *Keeper, keep Retention, log *slog.Logger) jobs.Handler {
	return func(ctx context.Context, _ *jobs.Job) (jobs.Outcome, error) {
		swept, err := k.Sweep(ctx, keep, time.Now())
		if swept.Runs > 0 {
			log.InfoContext(ctx, "recorded runs are removed", "runs", swept.Runs, "bytes", swept.Size)
		}
		return jobs.Outcome{Again: retentionInterval - rand.N(retentionInterval/4)}, err //nolint:gosec // spreads load, no secret
	}
}
