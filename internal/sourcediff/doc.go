// Package sourcediff shows what goat makes of source files.
//
// In: package patterns and the settings of a build. Out: unified diffs, of each
// file with tracking points, from the user's text to what the compiler reads.
//
// It shows the packages that were named, not those that these import. The files
// that goat adds to a package (counters, points) are not shown: GOAT_KEEP has
// them.
package sourcediff
