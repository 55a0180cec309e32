// Package push tells a hub what has run, while the program runs.
//
// In: what rt knows, and variables, read once by Begin.
//
//	GOAT_HUB           the hub's address; without it nothing happens
//	GOAT_HUB_TOKEN     sent as "Authorization: Bearer TOKEN"
//	GOAT_HUB_CA        a PEM file of the authorities that may vouch for the hub, in place of the system's
//	GOAT_HUB_CERT, GOAT_HUB_KEY  PEM files: the client certificate that the hub asks for
//	GOAT_HUB_WAIT      how long the program's end waits for the last push; 0 without it
//	GOAT_HUB_COUNTERS  how often Go's counters are sent at most; 60s without it
//	HTTPS_PROXY, HTTP_PROXY, NO_PROXY
//
// and the variables of package instance. Out: the requests of docs/hub-protocol.md.
// rt/serve calls Begin, and Now for its page /push. In programs that have no server
// and are built with hub: true, goat-exec calls Start and Flush.
//
//   - push.go: when to push; session.go: what to say; connection.go: how
//   - problem.go: what answers mean; voice.go: what is logged
//
// The application does not wait and does not notice: one goroutine looks for new
// hits once a second, and sends at most one request at a time over one connection.
// Whatever the hub does, the goroutine goes on. What it could not send it sends
// later, since rt keeps the hits. It logs one line when something is wrong and one
// when it works again.
//
// # What it cannot do
//
// A program that is killed loses what ran in its last second. A program that ends
// by itself without GOAT_HUB_WAIT loses what ran since its last push. With GOAT_DIR
// that is in a file (rt/file).
package push
