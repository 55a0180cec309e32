// Package funcs says which functions and statements a Go file holds, and where
// cover sees them.
//
// In: the text of a file at a commit, from anybody's repository. Out: its
// functions' extents, for the func report; its statements, for the report of
// changed lines; and the shape of each declaration, by which package report
// tells which functions two builds have in common.
//
// Positions are those that `go build -cover` notes: a //line directive moves
// them. Line numbers are those of the text.
//
// It works on syntax alone. What does not parse has no functions.
package funcs
