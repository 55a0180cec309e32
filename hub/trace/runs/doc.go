// Package runs has the rules of the runs that the tracer records: what is taken
// in, what is kept, and for how long. It knows no SQL and no HTTP.
//
// In: descriptions of runs, tables of packages and segments of steps
// (docs/hub-protocol.md), from a recorder or a run's folder. Out: the same, checked
// and packed, in a Store; and for readers the runs as internal/trace reads them.
//
//   - runs.go: Keeper, and what a run's description may say
//   - intake.go: tables and segments
//   - pack.go: events as they are stored
//   - index.go, tables.go: index entries, and the functions that they need
//   - open.go: a stored run → an internal/trace.Run
//   - reader.go: what hub/trace asks of a store, and its index entries
//   - rows.go, row.go: a run → rows that people query
//   - retention.go: which runs go, and how
//   - jobs.go: what the hub does by itself
//   - store.go: what the rules need of a database
//
// Segments are the truth: immutable, and with the checksum that the recorder made.
// All else can be made from them again.
//
// # What it cannot do
//
// It cannot tell whether a segment that is well-formed says what has happened:
// whoever may push may invent a run.
package runs
