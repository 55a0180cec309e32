// Package notify tells people by webhooks what happens to releases: a gate passes,
// nothing new runs any more, an instance of an unknown build appears.
//
// In: verdicts (hub/judge) and a settings file. Out: each release's last verdict in the
// store, and requests to the webhooks, signed and tried again until they are taken.
//
// One job looks at releases and decides (look.go). What it decides is written in one
// transaction with the jobs that deliver it (deliver.go), so each event is decided
// once, whichever replica is killed.
//
// # Addresses
//
// They come from the settings file alone, never from what agents send. Private and
// local addresses are refused when they are dialled, unless the webhook allows them.
// Redirects are not followed, and answers are not shown.
//
// # What it cannot do
//
// A replica that is killed after a request and before it has noted that leaves it to
// be sent again. Such a request has the same Goat-Delivery, by which receivers can
// tell.
package notify
