// Command try shows goat from changed lines to the metrics of a running binary.
//
// By default it makes a small service in a temporary git repository, changes it,
// previews the tracking points, builds it with goat-exec, sends it requests, and
// prints its metrics and what has run. With the variables REPO and BASE it previews
// and builds the main packages of a user's own repository. With PKG it also starts
// that package, with the arguments in ARGS. It writes nothing to the repository.
// Progress goes to standard error, results to standard output.
//
// It builds goat's tools from the current directory: run it with "make try".
package main
