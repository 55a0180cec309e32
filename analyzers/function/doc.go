// Package function shows the tracking points at granularity "func".
//
// In: the changed statements of a package. Out: its points, as result, fact
// and diagnostics.
//
// # Analyzer function
//
// function: report the tracking points of granularity func
//
// One point at the start of each function or function literal that holds a
// changed statement or has a changed signature. It reports nothing unless
// -granularity is func.
package function
