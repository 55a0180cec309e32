package victoria

import (
	"io"
	"os"

	"github.com/VictoriaMetrics/metrics"

	"github.com/goat-trace/goat/rt"
)

// NewSet returns a set that holds only goat's series. metrics.RegisterSet adds
// it to the pages of metrics.WritePrometheus.
func NewSet() *metrics.Set {
	s := metrics.NewSet()
	Register(s)
	return s
}

// Register adds goat's series to s, once for each set: goat_points,
// goat_points_covered, goat_coverage_ratio, goat_build_info, the series of
// single points if the build has them, and with GOAT_METRICS_COMPAT=1 also
// GOAT's goat_track_*. Points of plugins that are loaded later appear as well.
//
// In a program that goat-exec did not build there are no points, and the ratio
// is 1. Each scrape also records which points were hit since the last one; in
// between, the observer does, which Register starts.
func Register(s *metrics.Set) {
	rt.Observe()
	compat, _ := rt.Boolean(os.Getenv("GOAT_METRICS_COMPAT"))
	compat = compat && !rt.Privileged()
	s.RegisterMetricsWriter(func(w io.Writer) {
		_ = rt.Read().WriteMetrics(w, compat) // w's owner sees errors too
	})
}
