// Package traceview shows recorded steps: as a tree for people, and as JSON for
// programs.
//
// In: runs (internal/trace) and what is asked for. Out: text, written as it comes: a
// trace may be larger than memory.
//
//   - rows.go: items → rows of the tree
//   - line.go, notes.go: what a row says
//   - tree.go: steps as a tree of calls, as text
//   - state.go: the variables at one step
//   - search.go: which steps are looked for
//   - source.go: the text of a location, where the work tree has it
//   - export.go: JSON lines, and the trace event format that Chrome and Perfetto read
//   - cypher.go: statements for graph stores
//   - codetracer.go: a folder in CodeTracer's format
//   - list.go: runs and their traces as tables
//
// What a program has recorded is foreign text: none of it reaches a terminal as it
// is.
package traceview
