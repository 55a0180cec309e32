// Package patch shows the tracking points at granularity "patch".
//
// In: the changed statements of a package. Out: its points, as result, fact
// and diagnostics.
//
// # Analyzer patch
//
// patch: report the tracking points of granularity patch
//
// One point for each run of changed statements in one block with no unchanged
// statement between them, before its first. A run also ends at a label and
// where control may leave the block. A changed signature has a point at the
// body's start. It reports nothing unless -granularity is patch, the default.
package patch
