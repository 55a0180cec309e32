// Package vet is the command goat-vet.
//
// In: package patterns, or the calls of go vet and go fix. Out: the tracking
// points that goat-exec would insert, as text, JSON or diagnostics.
//
// By itself goat-vet lists packages with go/packages, parses the files of the
// workspace's modules and computes their points; it checks no types and so
// says nothing of code that does not compile. As a vet tool it is
// unitchecker's main with goat's suite, and answers -V=full itself: go vet
// caches by tool ID, flags and package, so the tool ID carries the line sets.
//
// Under go vet the vet flags of the command line do not reach -V=full, and the
// tool runs in the directory of each package. Both are read from the go
// command's own process, which only Linux shows. Elsewhere each run has a tool
// ID of its own, and flags that are file names must be absolute.
package vet
