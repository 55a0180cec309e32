// Package places reads what processes say, wherever it is: at addresses, in
// files, in directories that programs wrote to, behind lists of addresses; and
// the points of a program that has not run, from its binary.
//
// In: names as a user writes them. Out: a coverage.Process for each process found,
// and for each place that could not be read an error that names it. Places are
// asked concurrently, each with a time limit, so a slow one delays the others by no
// more than that.
//
// The token goes only to the addresses that the user named, and to those in a list
// that the user named. The package follows no redirect to other addresses and uses
// no proxy.
//
// What it cannot do: it does not talk to a Kubernetes API server or to Prometheus.
// It reads what kubectl prints and Prometheus' configuration says.
package places
