package portal

import (
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/review"
)

// timeline is how many points first ran when, as bars and as rows of a table.
type timeline struct {
	Title    string
	From, To string
	Bars     []bar
	Most     int // the number of the highest bar
	Rows     []review.Step
}

// bar is a rectangle.
type bar struct{ X, Y, Width, Height int }

// bars is how many parts the time since the rollout has.
const bars = 60

// timelineOf draws the first hits of a release; nil if there are none.
func timelineOf(v *review.Review, now time.Time) *timeline {
	last := v.LastHit()
	if last == nil {
		return nil
	}
	steps := v.Steps(now, bars)
	t := &timeline{
		Title: fmt.Sprintf("%s first ran since the rollout, the last one %s", plural(steps[len(steps)-1].Sum, "point", "points"), since(now.Sub(last.First))),
		From:  "rollout, " + v.Rollout().UTC().Format("2006-01-02 15:04 UTC"), To: "now",
	}
	for i := range steps {
		t.Most = max(t.Most, steps[i].Hits)
	}
	width := float64(chartRight-chartLeft) / bars
	const top, bottom = 16, 96
	for i, s := range steps {
		if s.Hits == 0 {
			continue
		}
		height := max(2, (bottom-top)*s.Hits/t.Most)
		t.Bars = append(t.Bars, bar{chartLeft + int(float64(i)*width), bottom - height, max(2, int(width)-1), height})
		t.Rows = append(t.Rows, s)
	}
	return t
}
