// Package cli is the goat command: one file for each subcommand.
//
// In: a command line, a binary, a running program or its saved /track. Out:
// tables for people and JSON for programs; docs/compatibility.md says what of
// the JSON is promised. It instruments nothing: that is goat-exec's work, and
// previewing is goat-vet's.
package cli
