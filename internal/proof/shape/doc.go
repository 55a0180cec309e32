// Package shape looks at goat's own code as a whole, so that nobody makes it worse
// without noticing.
//
// In: the packages of a module and of the modules nested in it, parsed and
// type-checked, without their tests; the picture of them in docs/architecture.md.
// Out:
//
//   - the pairs of files of one package that use each other's names (mutual.go),
//   - each function's number of parameters, and whether one is an error
//     (parameters.go),
//   - what is wrong in the picture (picture.go).
//
// Two files that use each other's names can only be read together. If most files of
// a package do, the package is one long file. So the tests set an upper limit for
// each package, and one for all of them. A change that lowers a count also lowers
// the limit. These commands print the counts of all packages, of one package's
// files, and of another checkout:
//
//	go test -v -run TestMutualUse ./internal/proof/shape
//	go test -v -run TestMutualUse ./internal/proof/shape -package toolexec
//	go test -v -run TestMutualUse ./internal/proof/shape -dir ../elsewhere
//
// It sees only the files that are built on this host. It counts names of the
// package and methods, but not fields of structs: code that selects a field has
// usually named its type, too.
package shape
