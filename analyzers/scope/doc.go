// Package scope shows the tracking points at granularity "scope".
//
// In: the changed statements of a package. Out: its points, as result, fact
// and diagnostics.
//
// # Analyzer scope
//
// scope: report the tracking points of granularity scope
//
// One point at the start of each innermost block that holds a changed
// statement. What follows a statement from which control may leave the block
// is a unit of its own. A changed signature counts as part of the body. It
// reports nothing unless -granularity is scope.
package scope
