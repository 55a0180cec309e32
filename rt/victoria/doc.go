// Package victoria offers goat's series to applications that expose their
// metrics with github.com/VictoriaMetrics/metrics.
//
// In: the program's tracking points, through rt. Out: at each scrape of the
// set, the series of rt/serve's page /metrics, read at that moment. The
// application's own page then has both, and goat's server is not needed
// (`serve: file` or `serve: off`).
//
// goat-exec does not link this package in; applications import it. A metrics
// writer writes all of its series from one reading, so
// metrics.Set.ListMetricNames does not list them. Do not both register it and
// compile the adaptor victoria in: each series would appear twice.
package victoria
