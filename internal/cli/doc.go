// Package cli is the goat command: one file for each subcommand.
//
// In: a command line, a binary, a running program or its saved /track. Out:
// tables for people and JSON for programs; docs/compatibility.md says what of
// the JSON is promised. For build, test, run, install and list it hands on to
// internal/driver, and stands in for goat-exec where there is none beside it.
// Previewing is goat-vet's work.
package cli
