// Package trial finds out whether goat works with a Go release that it does not
// know.
//
// In: a tool of the release. Out: nothing, or the reason why packages must be
// compiled without points. toolexec asks before it instruments the first
// package.
//
// The answer only says that a small program links and runs on this host, not
// that every package will.
package trial
