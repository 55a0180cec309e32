// Package tracewalk lets a person walk through a trace on a terminal: forwards and
// backwards, step by step or over calls, with the variables at each step.
//
// In: a run (internal/trace), the keys that are pressed. Out: full screens. goat trace
// show opens it on a terminal.
//
//   - walker.go: what each key does
//   - screen.go: what is shown
//   - state.go: where the walk is
//   - variables.go: the variables at a step, and their earlier and later values
//   - folds.go: calls that are folded
//   - moves.go: from a row to another one
//   - book.go: rows by their place, read when they are needed
//   - task.go: what may take long, which a key stops
//
// A trace may have millions of steps. At the start only the heads of its segments are
// known; of its rows there are a few thousand around the place that is shown. What is
// looked for is read segment by segment. Nothing that a program has recorded reaches
// the terminal as it is: what is not printable is shown as an escape sequence of Go's.
package tracewalk
