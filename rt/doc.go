// Package rt is the runtime that goat-exec links into each instrumented
// program: it knows the program's tracking points and which of them have run.
//
// In: every instrumented package hands over its counter array and its encoded
// manifest while it is initialised (see register); the main package hands over
// what it knows of its build (see Start). Out: Read gives a Report, which
// renders itself as /metrics (Report.WriteMetrics) and /track
// (Report.WriteTrack) pages or as plain values (Report.Points). rt/serve puts
// them on HTTP, rt/file writes them at exit, rt/victoria adds them to a
// *metrics.Set.
//
// Applications may use it too: Snapshot and OnFirstHit work in any program
// built with goat-exec. In one built without, there are no points and nothing
// runs.
//
// # What it cannot do
//
// A counter is a plain word that instrumented code writes without a time:
// FirstHit is when the observer first saw a point hit, at most a second after
// it was (ObserveInterval), and is known only while the observer runs, which
// rt/serve and OnFirstHit start. With the data type bool a counter is 0 or 1.
// With count it is exact under contention, a sum of several 64-bit words.
//
// Ids are dense over the packages linked into the program and change from
// build to build; a plugin that is loaded later renumbers them. Use the stable
// id to follow a point.
//
// The package imports the standard library alone, starts nothing by itself and
// never ends, panics or prints.
package rt
