// Package covered gives the tests of the packages around it real coverage: it
// writes modules and runs the go command in them.
//
// In: files and arguments. Out: profiles, binary coverage data, and what `go
// tool cover` and `go tool covdata` say of them. It is for tests only.
package covered
