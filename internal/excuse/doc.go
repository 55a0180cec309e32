// Package excuse reads from a Go file which code need not run: excuses that people
// wrote, and error paths.
//
//	//goat:ignore until=2027-03-01 the provider's sandbox has no such answer
//
// In: a file's text. Out: lines, with the reason and the last day on which it
// holds. An excuse covers the same code as a goat:ignore without a date (see
// analyzers/internal/marks), in whole lines. The points stay in the binary, and
// whoever reads hits judges the date, so a build is the same on every day.
//
// An error path is a branch that is taken because of an error, or that ends the
// function with one.
//
// What it cannot do: it knows no types. It takes for an error what is called err or
// has a name that ends in Err, and what the usual functions return.
package excuse
