// Package places reads what processes say, wherever it is: at addresses, in
// files, in directories that programs wrote to, behind lists of addresses; and
// the points of a program that has not run, from its binary.
//
// In: names as a user writes them. Out: a coverage.Process for each process found,
// and for each place that says nothing an error that names it. Places are asked
// side by side, each for a limited time: a slow one holds up none of the others
// beyond it.
//
// The token goes to the addresses that were named, and to those that a list
// which the user named has. No redirection to others is followed and no proxy
// used.
//
// What it cannot do: it speaks with no API server and no Prometheus; it reads what
// kubectl and Prometheus' configuration say.
package places
