// Package rewrite inserts hits into the text of Go files.
//
// In: a file's text and syntax, and for each hit a statement and the node that
// it belongs to (analyzers/point). Out: the file's text with the statements
// inserted, which toolexec writes for the compiler.
//
//   - rewrite.go inserts at byte offsets, into existing lines, so that no line moves.
//   - labels.go and clauses.go find the statements where a hit needs more than a
//     place: after labels, in else-ifs and at the end of clauses.
//   - position.go puts a /*line*/ comment after each hit, so that no column moves
//     either.
//   - copy.go lets a function's body stand twice.
//   - align.go finds the user's statements in the output of cover or cgo.
//
// The package reads and writes no files. If a file cannot be aligned with the
// output of cover or cgo, it is refused as a whole.
package rewrite
