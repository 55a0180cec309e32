// Package folder reads runs from a directory, as the tracer writes them, through
// the interface that relations ask stores by.
//
// In: a directory of runs' folders, or one such folder. Out: runs, traces, segments,
// and index entries, which it computes when a trace is first asked for.
package folder
