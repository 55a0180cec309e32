package victoria

import (
	"io"
	"os"

	"github.com/VictoriaMetrics/metrics"

	"github.com/goat-trace/goat/rt"
)

// NewSet returns a set that holds goat's series alone. metrics.RegisterSet adds
// it to the pages of metrics.WritePrometheus.
func NewSet() *metrics.Set {
	s := metrics.NewSet()
	Register(s)
	return s
}

// Register adds goat's series to s, once for each set: goat_points,
// goat_points_covered, goat_coverage_ratio, goat_build_info, those of the
// points where the build asks for them, and with GOAT_METRICS_COMPAT=1 GOAT's
// goat_track_* too. Points of plugins that are loaded later appear as well.
//
// In a program that goat-exec has not built there are no points: the ratio is
// 1. Each scrape also notes which points have been hit since the last one, and
// the observer, which Register starts, does so in between.
func Register(s *metrics.Set) {
	rt.Observe()
	compat, _ := rt.Boolean(os.Getenv("GOAT_METRICS_COMPAT"))
	compat = compat && !rt.Privileged()
	s.RegisterMetricsWriter(func(w io.Writer) {
		_ = rt.Read().WriteMetrics(w, compat) // an error is w's, and w's owner sees it too
	})
}
