// Package testhits keeps the hits of tests with the results that the go command
// keeps of them, so that a cached result has the hits of the run that it is of.
//
// In: what the go command says of its test cache (GODEBUG=gocachetest=1), and the
// directory to which the test binaries of one go test wrote their hits (GOAT_DIR).
// Out: the hits of all packages, those of cached ones from goat's cache.
//
// The go command looks a result up by a key made of the test binary, its arguments,
// and the files and variables that the test has read. goat keeps the hits under the
// same key: it cannot take hits of another binary or of other inputs for these. A
// package whose result is cached while goat's cache has lost its hits is named, for
// the caller to run again.
//
// What it cannot do: hits of a program that a test starts, and that is another one
// than the test binary, are kept where one package ran alone.
package testhits
