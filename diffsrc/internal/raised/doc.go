// Package raised finds the required modules of a build whose code differs from
// what the base required, and both states of their code.
//
// In: the files that name required modules (modules.Requirements), and the
// compared repositories with their bases. Out: each such module with two sides,
// From and To, which list its files in the module cache, in a vendor directory,
// in the directory of a replace line, or in the base's commit. Package diffsrc
// compares these two sides as it compares a base and a work tree.
//
// raised.go has the flow. buildlist.go reads the versions from go.mod files,
// modgraph.go asks the go command if the files do not say enough, and
// modcache.go finds the versions in the module cache and downloads missing
// ones.
//
// It cannot find the base's code of a replaced directory that is in no
// repository. Dependency.Reason then says so.
package raised
