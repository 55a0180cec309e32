// Package testhits keeps the hits of tests together with the test results that the
// go command caches, so that a cached result has the hits of its run.
//
// In: what the go command says about its test cache (GODEBUG=gocachetest=1), and
// the directory to which the test binaries of one go test wrote their hits
// (GOAT_DIR). Out: the hits of all packages, those of cached packages from goat's
// cache.
//
// The go command finds a result by a key made of the test binary, its arguments,
// and the files and variables that the test has read. goat keeps the hits under the
// same key, so it cannot mix them up with hits of another binary or of other
// inputs. If a package's result is cached but goat's cache has lost its hits, the
// package is named, so that the caller can run it again.
//
// What it cannot do: if a test starts another program, the hits of that program are
// kept only if a single package ran.
package testhits
