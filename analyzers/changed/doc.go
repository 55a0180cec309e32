// Package changed finds the changed statements of a package.
//
// In: the line sets of analyzer goatconfig. Out: the package's files with
// their effective lines, from which the granularities compute points, and the
// statements that are changed.
//
// # Analyzer changed
//
// changed: find the statements that the line set changes
//
// A statement is changed when an effective line holds one of its own tokens,
// on any of its lines; those of nested blocks and function literals belong to
// the inner statements. Comments, formatting, closing braces, labels, and
// declarations of imports, types and constants are never changed statements.
// It reports nothing.
package changed
