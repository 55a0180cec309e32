// Package explain says why a line of a file has a tracking point, or has none.
//
// In: a file and a line of a work tree, and the settings of a build there. Out: a
// Report: tracked or not, the reason, and the evidence: the statement, the commit
// that the line is from, the hunk since the base, the rule, the points.
//
//   - explain.go goes through the reasons, first those of the file, then those of
//     the line; an explanation (explanation.go) holds what is known so far.
//   - place.go has the file's reasons: other modules, goat.yaml, git, tags.
//   - line.go has the line's reasons: what is on it, and whether that changed.
//   - history.go asks git.
//   - report.go is the result, and how it is printed.
//
// It answers only for the package, as a build of it would compile it. It cannot say
// which binaries link the package.
package explain
