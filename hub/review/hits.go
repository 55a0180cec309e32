package review

import (
	"slices"
	"time"
)

// Hits returns the times of the first hits, in order. Callers must not change it.
func (v *Review) Hits() []time.Time { return v.hits }

func (v *Review) findHits() []time.Time {
	var times []time.Time
	for i := range v.Points {
		if at := v.Points[i].First; !at.IsZero() {
			times = append(times, at)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// Rollout is when the release was first seen, or first ran something.
func (v *Review) Rollout() time.Time {
	from := v.Release.FirstSeen
	if hits := v.Hits(); len(hits) > 0 && hits[0].Before(from) {
		return hits[0]
	}
	return from
}

// Step is a part of the time since the rollout.
type Step struct {
	From time.Time
	Hits int // points that first ran then
	Sum  int // points that had run by its end
}

// Steps divides the time from the rollout until a moment into equal parts.
func (v *Review) Steps(until time.Time, n int) []Step {
	hits, from := v.Hits(), v.Rollout()
	width := max(until.Sub(from)/time.Duration(n), time.Millisecond)
	steps := make([]Step, n)
	for i := range steps {
		steps[i].From = from.Add(time.Duration(i) * width)
	}
	for _, at := range hits {
		i := min(max(int(at.Sub(from)/width), 0), n-1)
		steps[i].Hits++
	}
	sum := 0
	for i := range steps {
		sum += steps[i].Hits
		steps[i].Sum = sum
	}
	return steps
}
