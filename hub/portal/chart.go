package portal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/review"
)

// chart is a curve of percentages over time, with the same numbers as rows of a
// table.
type chart struct {
	Title    string // a sentence for people who cannot see the curve
	Lines    []chartLine
	From, To string // the labels at both ends of the time axis
	Head     []string
	Rows     [][]string
	Note     string
}

// chartLine is one curve.
type chartLine struct {
	Class string // of the style sheet: l1, l2
	Name  string
	Path  string // SVG path
	Area  string // the same, closed; "" for none
	EndX  int
	EndY  int
}

// The size of the drawing, in its own units.
const (
	chartLeft, chartRight = 48, 586
	chartTop, chartBottom = 16, 176
)

// sample is the percentage at one moment.
type sample struct {
	at    time.Time
	value float64 // 0 to 100
}

// axis is the time that a chart shows.
type axis struct{ from, to time.Time }

// lineOf draws samples, sorted by time, between the ends of an axis. step says that
// a value holds until the next one.
func lineOf(class, name string, samples []sample, axis axis, step bool) chartLine {
	from, to := axis.from, axis.to
	x := func(t time.Time) int {
		return chartLeft + int(float64(chartRight-chartLeft)*float64(t.Sub(from))/float64(max(to.Sub(from), 1)))
	}
	y := func(v float64) int { return chartBottom - int(float64(chartBottom-chartTop)*v/100) }
	var d strings.Builder
	for i, s := range samples {
		switch {
		case i == 0:
			fmt.Fprintf(&d, "M%d %d", x(s.at), y(s.value))
		case step:
			fmt.Fprintf(&d, "H%dV%d", x(s.at), y(s.value))
		default:
			fmt.Fprintf(&d, "L%d %d", x(s.at), y(s.value))
		}
	}
	last := samples[len(samples)-1]
	l := chartLine{Class: class, Name: name, EndX: x(last.at), EndY: y(last.value)}
	if step && last.at.Before(to) {
		fmt.Fprintf(&d, "H%d", x(to))
		l.EndX = x(to)
	}
	l.Path = d.String()
	if class == "l1" {
		l.Area = fmt.Sprintf("%sV%dH%dZ", l.Path, chartBottom, x(samples[0].at))
	}
	return l
}

// mostRows is how many rows the table next to a curve has.
const mostRows = 12

// thin keeps this many samples, including the first and the last.
func thin(samples []sample, most int) []sample {
	if len(samples) <= most {
		return samples
	}
	kept := make([]sample, 0, most)
	for i := range most {
		kept = append(kept, samples[i*(len(samples)-1)/(most-1)])
	}
	return kept
}

// historyChart is the trend of a release's measurements; nil if there are none.
func historyChart(rows []fleet.CoverRow) *chart {
	if len(rows) == 0 {
		return nil
	}
	var samples []sample
	for _, row := range slices.Backward(rows) { // the newest comes first
		samples = append(samples, sample{row.At, row.Total})
	}
	from, to := samples[0].at, time.Now()
	c := &chart{
		From: from.UTC().Format("2006-01-02 15:04 UTC"), To: "now", Head: []string{"Measured", "Statements that ran"},
		Title: fmt.Sprintf("Statements that ran, from %s %% to %s %% in %s", one(samples[0].value), one(samples[len(samples)-1].value), plural(len(samples), "measurement", "measurements")),
		Lines: []chartLine{lineOf("l1", "statements that ran", samples, axis{from, to}, true)},
	}
	c.tableOf(samples)
	return c
}

func (c *chart) tableOf(samples []sample) {
	for _, s := range slices.Backward(thin(samples, mostRows)) {
		c.Rows = append(c.Rows, []string{s.at.UTC().Format("2006-01-02 15:04:05 UTC"), one(s.value) + " %"})
	}
}

// hitsOf says which part of a release's points had run at which time.
func hitsOf(v *review.Review) (samples []sample) {
	for i, t := range v.Hits() {
		samples = append(samples, sample{t, 100 * float64(i+1) / float64(len(v.Points))})
	}
	return samples
}

// rolloutChart is the curve of a release's points since its rollout, together with
// the curve of the release before it at the same age. before may be nil.
func rolloutChart(v, before *review.Review, to time.Time) *chart {
	samples := hitsOf(v)
	if len(samples) == 0 {
		return nil
	}
	from := v.Rollout()
	drawn := append([]sample{{from, 0}}, thin(samples, 400)...)
	last := samples[len(samples)-1]
	result := &chart{
		From: "rollout, " + from.UTC().Format("2006-01-02 15:04 UTC"), To: "now", Head: []string{"First ran", "Changed code that has run"},
		Title: fmt.Sprintf("Changed code that has run since the rollout: %s %%, the last first hit %s", one(last.value), since(to.Sub(last.at))),
		Lines: []chartLine{lineOf("l1", "this release", drawn, axis{from, to}, true)},
	}
	result.tableOf(samples)
	if before == nil {
		return result
	}
	if older := hitsOf(before); len(older) > 0 {
		start := before.Rollout()
		shifted := []sample{{from, 0}}
		for _, s := range thin(older, 400) {
			if at := from.Add(s.at.Sub(start)); !at.After(to) {
				shifted = append(shifted, sample{at, s.value})
			}
		}
		name := short(before.Release.Revision) + " at the same age"
		result.Lines = append(result.Lines, lineOf("l2", name, shifted, axis{from, to}, true))
		result.addColumn(name, samples, shifted)
	}
	return result
}

// addColumn adds to the table what another curve has at the same times.
func (c *chart) addColumn(name string, samples, other []sample) {
	c.Head = append(c.Head, name)
	for i, s := range slices.Backward(thin(samples, mostRows)) {
		value := 0.0
		for _, o := range other {
			if !o.at.After(s.at) {
				value = o.value
			}
		}
		row := &c.Rows[len(thin(samples, mostRows))-1-i]
		*row = append(*row, one(value)+" %")
	}
}

// releasesChart is the trend of a service's releases: the latest measurement of
// each, or its points if nothing was measured.
func releasesChart(releases []fleet.ReleaseView) *chart {
	var statements, points []sample
	c := &chart{Head: []string{"Release", "Statements that ran", "Changed code that has run"}}
	for i := range slices.Backward(releases) {
		v := &releases[i]
		row := []string{short(v.Revision), "not measured", "no points"}
		if v.Cover != nil {
			statements = append(statements, sample{v.FirstSeen, v.Cover.Total})
			row[1] = one(v.Cover.Total) + " %"
		}
		if v.Summary.Points > 0 {
			p := percent(v.Summary.Ran, v.Summary.Points)
			points = append(points, sample{v.FirstSeen, p})
			row[2] = one(p) + " %"
		}
		c.Rows = append(c.Rows, row)
	}
	if len(statements)+len(points) < 2 {
		return nil
	}
	slices.Reverse(c.Rows)
	c.Rows = c.Rows[:min(len(c.Rows), mostRows)]
	from, to := releases[len(releases)-1].FirstSeen, releases[0].FirstSeen
	c.From, c.To = from.UTC().Format("2006-01-02"), to.UTC().Format("2006-01-02")
	if len(statements) > 0 {
		c.Lines = append(c.Lines, lineOf("l1", "statements that ran", statements, axis{from, to}, false))
	}
	if len(points) > 0 {
		c.Lines = append(c.Lines, lineOf("l2", "changed code that has run", points, axis{from, to}, false))
	}
	c.Title = fmt.Sprintf("Coverage of %s, release by release", plural(len(releases), "release", "releases"))
	return c
}
