// Package pages shows recorded steps: runs, a run's goroutines over time, and a step
// with its source, its variables, and why it is as it is.
//
// In: an address. Everything that a page shows is in it: the step, the variable that
// is followed back, and what the reader has said of steps. Out: a page that needs no
// script; trace.js adds keys.
//
//   - pages.go: the handler and its routes
//   - runs.go: the list of runs, and one run
//   - step.go: one step, what was said of steps, and the text of lines
//   - words.go: what templates write
package pages
