// Package raised finds the required modules of a build whose code is not what the
// base required, and both states of their code.
//
// In: the files that name required modules (modules.Requirements), and the
// repositories that were compared, with their bases. Out: each such module with two
// sides, From and To, that list its files: in the module cache, in a vendor
// directory, in the directory of a replace line, or in the base's commit. Package
// diffsrc compares the two sides as it compares a base and a work tree.
//
// The flow is in raised.go. buildlist.go reads which versions go.mod files name,
// modgraph.go asks the go command where the files alone do not say, modcache.go
// looks for them in the module cache and downloads what is missing.
//
// What it cannot do: find the base's code of a replaced directory that is in no
// repository; Dependency.Reason says so.
package raised
