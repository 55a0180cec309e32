// Package cli is the goat command: one file for each subcommand.
//
// In: a command line, a binary, a running program or its saved /track. Out: tables
// for people and JSON for programs; docs/compatibility.md says which parts of the
// JSON are promised. It passes build, test, run, install and list on to
// internal/driver, and does goat-exec's work if there is no goat-exec in its
// directory. goat-vet does the previews.
package cli
