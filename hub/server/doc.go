// Package server is the goat-hub command: its command line, its listeners and
// routes, and its life from start to shutdown.
//
// In: the command line and the environment. Out: an exit code. It puts the
// hub's other packages together, and only the main package imports it.
package server
