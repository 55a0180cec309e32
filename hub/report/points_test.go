package report_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/internal/covered"
	"github.com/goat-trace/goat/internal/coverage"
)

// Blocks of a test run, and the points of two pods.
func TestAddPoints(t *testing.T) {
	dir := covered.Module(t, changedModule)
	text := covered.TestProfile(t, dir, "-covermode=count", ".")
	r := incremental(t, text, &report.Changes{Files: []report.ChangedFile{{Name: "example.com/shop/cart.go", Path: "cart.go", Lines: [][2]int{{1, 100}}}}},
		covered.Sources{"example.com/shop": dir})
	before := r.Counts

	site := func(id string, lines ...[2]int) coverage.Site {
		return coverage.Site{StableID: id, Package: "example.com/shop", File: "cart.go", Line: lines[0][0], EndLine: lines[0][1], Lines: lines, Kind: "stmt"}
	}
	build := &coverage.Build{Commit: "c", Base: "b", Sites: []coverage.Site{
		site("a", [2]int{5, 5}), site("b", [2]int{5, 5}), site("c", [2]int{6, 7}), site("d", [2]int{9, 13}), site("e", [2]int{20, math.MaxInt}),
		{StableID: "f", Package: "example.com/other", File: "cart.go", Lines: [][2]int{{1, 100}}},
	}}
	early := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	release := coverage.Merge([]*coverage.Process{
		{Host: "pod-1", PID: 1, Started: early, Build: build, Counts: []uint64{1, 0, 1, 0, 0, 1}, First: []int64{early.UnixNano(), 0, early.UnixNano(), 0, 0, 0}},
		{Host: "pod-2", PID: 1, Started: early, Build: build, Counts: []uint64{1, 0, 1, 0, 1, 1}, First: []int64{early.Add(time.Hour).UnixNano(), 0, early.Add(-time.Hour).UnixNano(), 0, 0, 0}},
	})
	if len(release) != 1 {
		t.Fatalf("got %d releases, want 1", len(release))
	}
	for range 2 { // a second time makes no difference
		r.AddPoints(release[0])
	}
	var got []string
	for _, l := range r.Files[0].Lines {
		if l.Points == nil {
			got = append(got, fmt.Sprintf("%d:%s/none", l.Number, l.State))
			continue
		}
		first := ""
		if !l.Points.First.IsZero() {
			first = l.Points.First.Format("@15h")
		}
		got = append(got, fmt.Sprintf("%d:%s/%s,%d/%d%s", l.Number, l.State, l.Points.State, l.Points.Ran, l.Points.Of, first))
	}
	want := "5:partial/partial,0/2@08h 6:covered/covered,2/2@07h 7:missed/covered,2/2@07h 8:covered/none 9:covered/missed,0/2 14:covered/none 15:covered/none 16:covered/none " +
		"17:missed/none 18:missed/none 20:covered/covered,1/2 26:missed/covered,1/2 29:unmeasured/covered,1/2 31:missed/covered,1/2 34:covered/covered,1/2 35:covered/covered,1/2"
	if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
		t.Errorf("lines, blocks/points (-want +got):\n%s", diff)
	}
	if want := (report.Counts{Covered: 8, Partial: 1, Missed: 1, Unmeasured: 6}); r.PointCounts == nil || *r.PointCounts != want {
		t.Errorf("counts by points: got %+v, want %+v", r.PointCounts, want)
	}
	if r.Counts != before {
		t.Errorf("counts by blocks: got %+v, want %+v as before", r.Counts, before)
	}
	if text, err := json.Marshal(r); err != nil || !strings.Contains(string(text), `"points":{"state":"partial","ran":0,"of":2,"first":"2026-11-29T08:00:00Z"}`) {
		t.Errorf("JSON: %v\n%s", err, text)
	}
}
