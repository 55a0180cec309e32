// Package marks says which statements of a file are changed, and what the
// comments in the file ask for.
//
// In: a file's bytes, its syntax and its effective lines. Out: a File, the
// Marker that package blocks asks while it lays the file out.
//
// A statement is changed when an effective line holds one of its own tokens
// (those of go/scanner without comments and automatic semicolons; a raw string
// is on all of its lines). So a change in the third line of a call changes the
// call, while a change of a comment, a closing brace or a blank line changes
// nothing.
//
// Two comments are read:
//
//	// +goat:insert   puts a point where it is, whatever the line set says.
//	//goat:ignore     takes points away; text may follow after a space.
//
// Followed by until=DATE, goat:ignore is an excuse, which package excuse reads: the
// points stay.
//
// What goat:ignore takes out depends on where it is:
//
//   - before the package clause: the file;
//   - in the doc comment of a function, or of a package-level variable: that
//     declaration with all that is nested in it;
//   - after code on its line: the statements with text of their own on that
//     line; after an opening brace or a clause's colon also the block;
//   - on a line of its own, first in a block, with a blank line or nothing
//     after it: the block;
//   - on a line of its own otherwise: the statement or clause below it, with
//     all that is nested in it.
package marks
