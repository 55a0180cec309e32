// Package relations answers questions about recorded steps: what decided that a step
// runs, which step wrote what it reads, where a debugger would go from it, and why.
//
// In: a trace.Reader. Out: steps with their relations, and chains of them. The
// terminal, GraphQL and pages show them.
//
//   - run.go: a run and a trace that is open
//   - cache.go: decoded segments, up to a limit
//   - calls.go: a call through the segments that it is open in
//   - control.go: invocationParent, stepIn, stepOver, controlDominator
//   - written.go: the step that wrote what another one reads
//   - read.go: the steps that read what another one writes
//   - step.go: steps with all of this, a page at a time
//   - level.go: the steps around a step, and the lines of its call
//   - values.go: what variables held
//   - state.go: the open calls and their variables at a step
//   - why.go: why a value, why a step
//   - whynot.go: why a line did not run
//   - suspect.go: where to look next, from what a reader has said
//   - find.go: steps that are searched for
//
// A trace may be larger than memory: what is kept of it are its index entries, and
// decoded segments up to the limit that New is given.
//
// # What is known
//
// A step that is missing is a gap, and no relation crosses one: the answer is then
// that it is not known. Variables are identified as trace.Certainty says. Within one
// trace alone: what other goroutines write is not seen.
package relations
