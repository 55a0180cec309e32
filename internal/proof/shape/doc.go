// Package shape looks at goat's own code as one whole, so that it does not grow
// worse unseen.
//
// In: the packages of a module and of the modules nested in it, parsed and
// type-checked, without their tests; the picture of them in
// docs/architecture.md. Out:
//
//   - the pairs of files of one package that use each other's names (mutual.go),
//   - each function's number of parameters, and whether one is an error
//     (parameters.go),
//   - what of the picture is not so (picture.go).
//
// Two files that use each other's names can only be read together. A package in
// which most files do is one long file. So the tests hold a ceiling for each
// package, and one for all. A change that lowers a count lowers the ceiling with
// it. The counts of a package, of its files, and of another checkout:
//
//	go test -v -run TestMutualUse ./internal/proof/shape
//	go test -v -run TestMutualUse ./internal/proof/shape -package toolexec
//	go test -v -run TestMutualUse ./internal/proof/shape -dir ../elsewhere
//
// It sees the files that are built on this host: not those of other systems. It
// counts names of the package and methods, not fields of structs: whoever
// selects a field has mostly named its type.
package shape
