// Package serve answers HTTP requests about the program it is linked into.
//
// In: variables, read once by Start.
//
//	GOAT_PORT        port; 57005 without it, 0 picks a free one
//	GOAT_METRICS_IP  address to listen on; 127.0.0.1 without it. IPv4, or IPv6
//	                 with or without brackets
//	GOAT_TOKEN       if set, /track wants "Authorization: Bearer TOKEN" or ?token=TOKEN
//	GOAT_PORT_FILE   a file that gets the address listened on, host:port
//	GOAT_HOSTS       host names, separated by commas, by which clients may ask for
//	                 the pages, besides addresses and the loopback's names
//	GOAT_CPU         percent of one core that answers use on average; 10 without it
//	GOAT_METRICS_COMPAT  1 or true adds GOAT's goat_track_* series
//	GOAT_DIR         rt/file writes the points there, every two seconds and at exit
//	GOAT             off, 0, false or no: nothing is served or written
//
// Out: GET and HEAD for
//
//	/metrics  Prometheus text format 0.0.4, see rt.Report.WriteMetrics
//	/track    JSON, see rt.Report.WriteTrack and rt.Report.ParseQuery; it has
//	          an ETag and answers If-None-Match
//	/healthz  "ok"
//	/         a list of these
//
// A program that runs with rights of others than its user's (rt.Privileged)
// reads none of the variables and serves nothing.
//
// The application is not to notice: no http.DefaultServeMux, no signal handler,
// no output. What is wrong with a variable or the port is one warning, through
// log/slog where it links that package (rt/warning), and it lives on without the server.
//
// # What it takes at most
//
// Processor: a tenth of a core on average (GOAT_CPU), what ten seconds of that
// are at once, in stretches of 100 µs between which the application's goroutines
// run: a page that takes more than 5 ms takes a fifth of a core.
// Beyond that it answers 503 with Retry-After. Half of that is kept for
// /metrics, and the work for a client ends when the client goes. A page is
// rendered again only when something on it has changed.
//
// Connections: 64, or a quarter of the descriptors that the process may have.
// One that nobody uses gives way to a new one, and one is kept for /metrics. A
// client has 3 s to ask, 5 s to take each 32 KiB of an answer, and a minute for
// all of it.
//
// Memory: four pages are rendered at once, in pieces, with 1 MiB and 24 bytes
// a point each; the last reading takes 24 bytes a point, rendered pages that
// are kept 32 MiB together, for 30 s after they were last asked for, and a
// connection 50 KiB.
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
// of the program are blocked. A program that closes all descriptors from 3 on
// when it starts, as daemons of old do, closes those of Go's own poller, too,
// and then the Go runtime ends it, as it would end any program that has opened a
// file or a connection before. Build with serve: file where either matters.
package serve
