// Package report makes reports of block coverage: by function, of the lines
// that changed since a base, and of what two commits have in common.
//
// In: a profile (package profile), the text of the files at the commit that was
// built (Sources; hub/store/source has them from git), and the lines that
// changed. Out: values, and texts for scripts; package page makes HTML of
// them.
//
//   - New gives totals by function, as `go tool cover -func` does.
//   - Incremental says of each changed line on which a statement starts whether
//     it was covered. What no build measured is not the same as what did not run.
//   - DiffCover gives the numbers of the diff_cover tool for the same changes.
//   - Carry takes over what ran of functions that have not changed since another
//     commit.
//
// A text that is missing is never an error: what needs it is left out, and the
// report says so.
//
// Reports are about blocks. The points of goat's own builds come in addition, from
// a release of internal/coverage, which is the only model of them and merges them
// (points.go).
//
// The package knows no SQL, no HTTP, no git and no HTML.
package report
