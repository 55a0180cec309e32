// Package serve answers HTTP requests about the program it is linked into.
//
// In: variables, read once by Start.
//
//	GOAT_PORT        port; 57005 without it, 0 picks a free one
//	GOAT_METRICS_IP  address to listen on; 127.0.0.1 without it. IPv4, or IPv6
//	                 with or without brackets
//	GOAT_TOKEN       if set, /track wants "Authorization: Bearer TOKEN" or ?token=TOKEN
//	GOAT_PORT_FILE   a file that gets the address listened on, host:port
//	GOAT_METRICS_COMPAT  1 or true adds GOAT's goat_track_* series
//	GOAT_DIR         rt/file writes the points there at exit
//
// Out: GET and HEAD for
//
//	/metrics  Prometheus text format 0.0.4, see rt.Report.WriteMetrics
//	/track    JSON, see rt.Report.WriteTrack and rt.Report.ParseQuery; it has
//	          an ETag and answers If-None-Match
//	/healthz  "ok"
//	/         a list of these
//
// The application is not to notice: no http.DefaultServeMux, no signal handler,
// no output. What is wrong with a variable or the port is one warning, through
// log/slog where it links that package (see Warn), and it lives on without the server.
//
// # Processes that start each other
//
// A program that forks, or starts itself anew, hands its environment down, and
// its children find the port taken. When the holder is an ancestor running the
// same main package the child says nothing and keeps trying now and then: it
// takes over when the ancestor ends, as with daemons and graceful restarts.
// When the ancestor runs another main package the child says nothing and gives
// up. Any other holder is worth the warning.
//
// # What it cannot do
//
// While a listener is open, the Go runtime does not notice that all goroutines
// of the program are blocked. Build with serve: file where that matters.
package serve
