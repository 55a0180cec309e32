// Package excuse reads from a Go file what may be said for code that never ran:
// excuses that people wrote, and error paths.
//
//	//goat:ignore until=2027-03-01 the provider's sandbox has no such answer
//
// In: a file's text. Out: lines, with the reason and the last day on which it holds.
// An excuse reaches as far as a goat:ignore without a date does (see
// analyzers/internal/marks), in whole lines. The points stay in the binary and the
// date is judged by who reads hits: a build is the same on every day.
//
// An error path is a branch that is taken because of an error, or that ends the
// function with one.
//
// What it cannot do: it knows no types. An error is what is called err, or ends in
// Err, and what the usual functions make.
package excuse
