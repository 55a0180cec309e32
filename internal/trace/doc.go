// Package trace reads what rt/trace has written: a folder for each run, with
// segments of steps, and tables of the packages that took them.
//
// In: a directory. Out: runs, their traces, and the steps of a trace in order, with
// the values that they wrote. goat trace shows them; toolexec writes the tables.
//
//   - run.go: a directory and the runs in it
//   - stored.go: the same for runs that are not in a folder, and a folder's bytes for who stores them
//   - segments.go: files → whole segments, and what is damaged
//   - events.go: a segment's bytes → events
//   - steps.go: events and tables → steps
//   - one.go: one segment by itself, functions by their numbers
//   - value.go: values as text
//   - table.go: what a reader has to know of a package
//
// Everything in a folder may be cut off or forged: the package reports what is
// wrong and reads the rest. It never holds a whole trace in memory.
package trace
