// Package clean takes away what source-patching tools wrote into a tree.
//
// In: directories. Out: their Go files without +goat: blocks (package
// analyzers/markers), and without the package that was generated for these. All
// other bytes stay what they are; so do the files' modes.
//
// A file is replaced as a whole or not at all. Symbolic links are not followed, so
// nothing outside of the directories is touched, and directories in which the go
// command finds no packages (vendor, testdata, names that begin with "." or "_")
// are left alone.
package clean
