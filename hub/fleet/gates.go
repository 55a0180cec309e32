package fleet

import (
	"context"
	"time"
)

// GateRow is the last verdict on a release, as a job found it.
type GateRow struct {
	Release string
	Verdict string // passed, failed, unknown
	Why     string // a sentence without its full stop
	Covered int    // points
	Missing int    // points that never ran and are not excused
	Excused int
	Since   time.Time // the verdict
	At      time.Time // when it was found last
}

// Gates lists the last verdicts, by release.
func (f *Fleet) Gates(ctx context.Context) (map[string]GateRow, error) {
	rows, err := f.store.Gates(ctx)
	if err != nil {
		return nil, err
	}
	byRelease := make(map[string]GateRow, len(rows))
	for _, row := range rows {
		byRelease[row.Release] = row
	}
	return byRelease, nil
}
