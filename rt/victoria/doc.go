// Package victoria offers goat's series to applications that expose their
// metrics with github.com/VictoriaMetrics/metrics.
//
// In: the program's tracking points, through rt. Out: on each scrape of the
// set, the series of rt/serve's page /metrics, read at that moment. The
// application's own page then answers for both, and `serve: file` or `serve:
// off` may leave goat's server out.
//
// It is no part of what goat-exec links in: applications import it. Its series
// are lines that a metrics writer adds, one reading for all of them; so
// metrics.Set.ListMetricNames does not name them. Do not register it and
// compile the adaptor victoria in as well, each series would appear twice.
package victoria
