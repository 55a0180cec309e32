// Package reports makes the reports of releases, and keeps them for a while.
//
// In: what a release's instances have counted (hub/fleet), and its source at the
// commit that was built (hub/store/source). Out: reports by function and of what
// changed (hub/report), with all that has to be said about them: how old they
// are, which source is missing and why, which base was compared with.
//
//   - Reports.Get returns a report, or how far it has come (task.go). A report that
//     was made a moment ago is not made again (cache.go).
//   - Repositories knows which repository has a release's source.
//   - Keep is how a measurement is kept: the profile and its reports as files of the
//     release's history (layout.go).
//
// Replicas make reports each by themselves: a report's address is what was asked
// for, so whichever replica is asked next goes on or begins.
package reports
