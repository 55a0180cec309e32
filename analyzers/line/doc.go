// Package line shows the tracking points at granularity "line".
//
// In: the changed statements of a package. Out: its points, as result, fact
// and diagnostics.
//
// # Analyzer line
//
// line: report the tracking points of granularity line
//
// One point for each line on which changed statements of a block begin, before
// the first of them, and one at the start of each function whose signature is
// changed. It reports nothing unless -granularity is line.
package line
