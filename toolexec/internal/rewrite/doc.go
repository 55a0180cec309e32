// Package rewrite inserts hits into the text of Go files.
//
// In: a file's text and syntax, and for each hit a statement and the node that
// it belongs to (analyzers/point). Out: the file's text with the statements in
// it, which toolexec writes for the compiler.
//
//   - rewrite.go inserts at byte offsets, on the line that is there, so that no
//     line moves.
//   - labels.go and clauses.go find the statements at which a hit needs more
//     than a place: behind labels, in else-ifs and at the end of clauses.
//   - position.go puts a /*line*/ comment behind each hit, so that no column
//     moves either.
//   - align.go finds a user's statements in what cover or cgo made of the file.
//
// The package reads and writes no files. A file that is not aligned with what
// cover or cgo made of it is refused as a whole.
package rewrite
