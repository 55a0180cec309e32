// Package trace is what the hub knows of recorded steps, and what it needs of a
// store to answer questions about them.
//
// In: segments and tables, as rt/trace writes them. Out: an index entry for each
// segment, which says what is in it and how it hangs together with its neighbours.
// The stores keep both; hub/trace/relations answers from them.
//
//   - store.go: runs, traces, and the Reader that relations are built from
//   - entry.go: what an index entry says
//   - index.go: a segment and tables → its index entry
//   - segment.go: a segment and tables → steps, calls and accesses, in memory
//   - access.go: which variable a step reads or writes
//   - coder.go: index entries as bytes
//
// A segment is decoded by itself. So relations of a trace of any length need the
// memory of a few segments, and of the trace's index entries.
package trace
