// Package server is the goat-hub command: its command line, its listeners and
// routes, and its life from start to drain.
//
// In: the command line and the environment. Out: an exit code. It imports the
// hub's other packages, and nobody but the main package imports it.
package server
