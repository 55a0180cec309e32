// Package trace reads what rt/trace has written: a folder for each run, with
// segments of steps, and tables of the packages that took them.
//
// In: a directory. Out: runs, their traces, and the steps of a trace in order, with
// what they wrote. goat trace shows them; toolexec writes the tables.
//
//   - run.go: a directory and the runs in it
//   - segments.go: files → whole segments, and what is damaged
//   - events.go: a segment's bytes → events
//   - steps.go: events and tables → steps
//   - value.go: values as text
//   - table.go: what a reader has to know of a package
//
// Everything in a folder may be cut off or forged: what is wrong is said and the
// rest is read. A trace is never held whole.
package trace
