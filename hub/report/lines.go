package report

import (
	"fmt"
	"time"
)

// Line is a changed line with its state.
type Line struct {
	Number int    `json:"line"`
	State  State  `json:"state"`
	Count  uint64 `json:"count"` // how often its most frequent statement ran
	// Points are what goat's points say about the line; nil if no point vouches for
	// it, and before AddPoints.
	Points *PointState `json:"points,omitempty"`
}

// PointState is what the points of goat's builds say about a changed line. The
// line's State is what the blocks say. The two may differ: a point is more precise
// if a statement leaves its block early, and both may come from different
// processes, such as tests and production.
type PointState struct {
	// State is Covered when each point that vouches for the line ran in some
	// process, Partial when some did.
	State State `json:"state"`
	// Ran and Of are processes: those that ran the point which ran in the fewest,
	// and those that have it.
	Ran int `json:"ran"`
	Of  int `json:"of"`
	// First is the earliest first hit of any of the points; zero if not known.
	First time.Time `json:"first,omitzero"`
}

// State is what is known of a changed line.
type State string

const (
	Covered State = "covered" // every statement that starts on it ran
	Partial State = "partial" // some ran
	Missed  State = "missed"  // none ran
	// Unmeasured is a line with statements that no build counts: its file was not
	// built, or its package not measured.
	Unmeasured State = "unmeasured"
)

// Counts are numbers of changed lines.
type Counts struct {
	Covered    int `json:"covered"`
	Partial    int `json:"partial"`
	Missed     int `json:"missed"`
	Unmeasured int `json:"unmeasured"`
}

// Measured is how many of the lines a build counts.
func (c Counts) Measured() int { return c.Covered + c.Partial + c.Missed }

// Percent returns the share of covered lines among the measured ones, from 0
// to 100. ok is false when none was measured, which is not 0 %.
func (c Counts) Percent() (percent float64, ok bool) {
	if c.Measured() == 0 {
		return 0, false
	}
	return 100 * float64(c.Covered) / float64(c.Measured()), true
}

func (c *Counts) add(s State) {
	switch s {
	case Covered:
		c.Covered++
	case Partial:
		c.Partial++
	case Missed:
		c.Missed++
	case Unmeasured:
		c.Unmeasured++
	}
}

func (c Counts) plus(d Counts) Counts {
	return Counts{c.Covered + d.Covered, c.Partial + d.Partial, c.Missed + d.Missed, c.Unmeasured + d.Unmeasured}
}

// String says "60.0% of 10 changed lines".
func (c Counts) String() string {
	percent, ok := c.Percent()
	switch {
	case !ok && c.Unmeasured == 0:
		return "no changed lines"
	case !ok:
		return fmt.Sprintf("not measured, %d changed lines", c.Unmeasured)
	case c.Unmeasured > 0:
		return fmt.Sprintf("%.1f%% of %d changed lines, %d not measured", percent, c.Measured(), c.Unmeasured)
	}
	return fmt.Sprintf("%.1f%% of %d changed lines", percent, c.Measured())
}
