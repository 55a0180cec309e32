// Package serve answers HTTP requests about the program that it is linked into.
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
//	GOAT_PUSH_ADDR   a further address, host:port, for /push and nothing else
//	GOAT_HUB         rt/push reports to it
//	GOAT_DIR         rt/file writes the points there, every two seconds and at exit
//	GOAT             off, 0, false or no: nothing is served or written
//
// Out: GET and HEAD for
//
//	/metrics  Prometheus text format 0.0.4, see rt.Report.WriteMetrics
//	/track    JSON, see rt.Report.WriteTrack and rt.Report.ParseQuery; it has
//	          an ETag and answers If-None-Match
//	/healthz  "ok"
//	/v1/cover/coverage, /v1/cover/profile, /v1/cover/clear
//	          what goc's tools ask of an agent, answered from Go's own counters;
//	          for those who may ask for /push
//	/push     answers when the hub has stored what has run, for a pod's preStop
//	          hook. It wants GOAT_TOKEN as /track does; without one it is for
//	          clients on the loopback, and for all at GOAT_PUSH_ADDR
//	/trace, /trace/start, /trace/stop
//	          in programs whose steps can be recorded, see rt/trace/page; for those who
//	          may ask for /push
//	/         a list of these; for a browser, which asks for text/html, a page that
//	          shows what /track does and wants the same token
//
// If the program has rights that its user does not have (rt.Privileged), it
// ignores the variables and serves nothing.
//
// The application must not notice the server: it does not use
// http.DefaultServeMux, has no signal handler and prints nothing. If a variable
// or the port is wrong, it logs one warning, through log/slog if the
// application links that (rt/warning), and the application goes on without the
// server.
//
// # What it takes at most
//
// Processor: a tenth of a core on average (GOAT_CPU). Unused time adds up for
// ten seconds. Work is done in stretches of 100 µs, between which the
// application's goroutines run; a page that takes more than 5 ms then gets a
// fifth of a core. When the budget is used up, the answer is 503 with
// Retry-After. Half of the budget is reserved for /metrics, and the work for a
// client ends when the client leaves. A page is rendered again only if
// something on it has changed.
//
// Connections: 64, or a quarter of the process's file descriptors if that is
// less. An unused connection is closed for a new one, and one is reserved for
// /metrics. A client has 3 s to send its request, 5 s to accept each 32 KiB of
// the answer, and a minute for all of it.
//
// Memory: up to four pages are rendered at once, with 1 MiB and 24 bytes per
// point each. The last reading takes 24 bytes per point. Rendered pages are
// stored until 30 s after the last request for them and take 32 MiB together. A
// connection takes 50 KiB.
//
// # Processes that start each other
//
// A program that forks or restarts itself passes its environment on, and its
// children find the port taken. If the holder is an ancestor that runs the same
// main package, the child logs nothing and tries again now and then: it takes
// over when the ancestor ends, as with daemons and graceful restarts. If the
// ancestor runs another main package, the child logs nothing and gives up. For
// any other holder it logs the warning.
//
// # What it cannot do
//
// While a listener is open, the Go runtime does not notice that all goroutines
// of the program are blocked. A program that closes all descriptors from 3 on
// when it starts, as old daemons do, also closes those of Go's poller. The Go
// runtime then ends it, as it would end any program that has opened a file or a
// connection before. Build with serve: file if either matters.
package serve
