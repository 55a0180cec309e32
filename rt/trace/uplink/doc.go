// Package uplink sends what is recorded to a hub.
//
// In: run.json, tables and segments, from rt/trace; the variables of rt/push. goat-exec
// links the package into programs that can reach a hub, and sets trace.OpenHub to Open.
// Out: the requests of docs/hub-protocol.md, Steps, one at a time, over a connection of
// its own.
//
// Segments wait in memory for a hub that is away or slow, 16 MiB at most. Then a
// goroutine waits, or its segment is lost, as the policy says. What was acknowledged is
// forgotten; everything else is sent again, with growing pauses. The program's end waits
// as long as GOAT_HUB_WAIT says, with the policy block at least five seconds.
//
// # What it cannot do
//
// What has not reached the hub when the process ends is lost: it is not written to a
// file.
package uplink
