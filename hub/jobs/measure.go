package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Measuring what has come in: one job looks which releases there are to measure,
// and each of them is a job of its own, so that none holds up the others.
const (
	KindLook    = "look-for-news" // there is one
	KindMeasure = "measure"       // of each release with news, by its id
)

// mostNews is how many releases one look finds.
const mostNews = 100

// Look returns the handler of KindLook. A release is measured again when news came
// and every has gone by.
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
		return Outcome{Again: again - rand.N(again/4)}, nil
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
		if errors.Is(err, fleet.NotFound) { // removed meanwhile, or its meta-data has not come yet
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
