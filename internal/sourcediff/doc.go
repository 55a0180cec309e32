// Package sourcediff shows how goat changes source files.
//
// In: package patterns and the settings of a build. Out: unified diffs of the files
// with tracking points, in two forms:
//
//   - sourcediff.go: from the user's text to what the compiler reads. The files
//     that goat adds to a package (counters, points) are not shown: GOAT_KEEP has
//     them.
//   - marked.go: from the user's text to source that counts without goat-exec, as
//     source-patching tools write it, with the package that counts (service.go).
//     printer.go prints it through github.com/dave/dst.
//
// It shows only the named packages, not the packages that these import.
package sourcediff
