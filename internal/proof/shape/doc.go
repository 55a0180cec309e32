// Package shape counts how goat's own code hangs together, so that it does not
// grow worse unseen.
//
// In: the packages of a module, parsed and type-checked, without their tests.
// Out: the pairs of files of one package that use each other's names, and the
// functions with the longest lists of parameters.
//
// Two files that use each other's names can only be read together. A package in
// which most files do is one long file. So the tests hold a ceiling for each
// package, and one for the module. A change that lowers a count lowers the
// ceiling with it.
//
//	go test -v -run TestMutualUse ./internal/proof/shape                      each package's count
//	go test -v -run TestMutualUse ./internal/proof/shape -package toolexec    the pairs, with the names
//	go test -v -run TestMutualUse ./internal/proof/shape -dir ../elsewhere    of another checkout
//
// It sees the files that are built on this host: not those of other systems. It
// counts names of the package and methods, not fields of structs: whoever
// selects a field has mostly named its type.
package shape
