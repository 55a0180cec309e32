// Package trial finds out what a Go release can do that goat does not know.
//
// In: a tool of the release. Out: nothing, or why packages must be compiled without
// points. toolexec asks before it instruments the first package.
//
// The answer says that a small program links and runs, on the host. It does not say
// that the release treats every package so.
package trial
