// Package rt is the runtime that goat-exec links into each instrumented
// program: it knows the program's tracking points and which of them have run.
//
// In: each instrumented package passes its counter array and its encoded
// manifest while it is initialised (see register), and the main package passes
// what it knows about its build (see Start). Out: Read returns a Report, which
// writes the pages /metrics (Report.WriteMetrics) and /track
// (Report.WriteTrack) or returns plain values (Report.Points). rt/serve serves
// the pages by HTTP, rt/file writes them to a file, and rt/victoria adds them
// to a *metrics.Set.
//
// Applications may use it too: Snapshot and OnFirstHit work in any program that
// goat-exec built. In other programs there are no points and nothing runs.
//
// # What it cannot do
//
// A counter is a plain word that instrumented code writes without a time.
// FirstHit is when the observer first saw a point hit, at most one second late
// (ObserveInterval). It is known only while the observer runs, which rt/serve
// and OnFirstHit start. For the data type bool a counter is 0 or 1. For count
// it is exact under contention: a sum of several 64-bit words.
//
// Ids are consecutive numbers over all packages in the program. They change
// from build to build, and a plugin that is loaded later renumbers them. Use
// the stable id to follow a point.
//
// The package imports only the standard library, starts nothing by itself, and
// never exits, panics or prints.
package rt
