// Package reports makes the reports of releases, and keeps them for a while.
//
// In: what a release's instances have counted (hub/fleet), and its source at the
// commit that was built (hub/store/source). Out: reports by function and reports of
// changes (hub/report), with everything that a reader must know about them: how old
// they are, which source is missing and why, which base was compared with.
//
//   - Reports.Get returns a report, or its progress (task.go). It does not make a
//     report again that was made a moment ago (cache.go).
//   - Repositories knows which repository has a release's source.
//   - Keep stores a measurement: the profile and its reports become files of the
//     release's history (layout.go).
//
// Each replica makes its reports by itself. A report's address says what was asked
// for, so any replica that is asked next can go on or begin.
package reports
