// Package explain says why a line of a file has a tracking point, or has none.
//
// In: a file and a line of a work tree, and the settings of a build there. Out:
// a Report: tracked or not, the reason, and what it rests on: the statement, the
// commit that the line is from, the hunk since the base, the rule, the points.
//
//   - explain.go goes through the reasons, from the file's to the line's; what is
//     known so far is an explanation (explanation.go).
//   - place.go has those of the file: other modules, goat.yaml, git, tags.
//   - line.go has those of the line: what stands on it, and whether that changed.
//   - history.go asks git.
//   - report.go is the result, and how it is printed.
//
// It answers for the package alone, as a build of it would compile it. Which
// binaries link the package it cannot say.
package explain
