package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// One job looks for releases that have to be measured, and each measurement is
// a job of its own, so that none delays the others.
const (
	KindLook    = "look-for-news" // there is only one
	KindMeasure = "measure"       // one for each release with news, keyed by its id
)

// mostNews is how many releases are found at once.
const mostNews = 100

// Look returns the handler of KindLook. A release is measured again if there is
// news and its last measurement was longer ago than every.
func Look(f *fleet.Fleet, store Store, every time.Duration) Handler {
	again := min(every, 10*time.Second)
	return func(ctx context.Context, _ *Job) (Outcome, error) {
		releases, err := f.Unmeasured(ctx, every, mostNews)
		if err != nil {
			return Outcome{}, err
		}
		for _, release := range releases {
			if err := store.Schedule(ctx, KindMeasure, release, "", 0); err != nil {
				return Outcome{}, err
			}
		}
		return Outcome{Again: again - rand.N(again/4+1)}, nil //nolint:gosec // spreads load, no secret
	}
}

// Measure returns the handler of KindMeasure.
func Measure(f *fleet.Fleet) Handler {
	return func(ctx context.Context, j *Job) (Outcome, error) {
		counted, err := f.Newest(ctx, j.Key)
		if err != nil {
			return Outcome{}, err
		}
		cover, err := f.Measure(ctx, j.Key)
		if errors.Is(err, fleet.NotFound) { // removed meanwhile, or its meta-data has not arrived yet
			counted, err = time.Time{}, nil
		}
		if err != nil {
			return Outcome{}, err
		}
		return Outcome{Effect: func(tx fleet.Tx) error {
			if cover != nil {
				if err := tx.AddCover(*cover); err != nil {
					return err
				}
			}
			return tx.Measured(j.Key, counted)
		}}, nil
	}
}
