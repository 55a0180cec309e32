// Package session stores the line sets of one build, or of one run of go vet,
// so that they are computed once and read by all processes.
//
// In: the configuration and the directory of the go command. Out: a Session.
// The first tool that a go command runs computes the line sets and writes them
// to goat's cache directory, one small file for each directory with changed
// code. It also writes a record, named after the go command's process, by which
// the other tools find them. A tool that finds no record, or cannot read it,
// computes the line sets again: a session is only a cache.
//
// A later build of the same state finds the session by its memo. The memo is
// valid only while everything that the session was computed from is unchanged.
// The driver prepares a session before the go command runs (Prepare) and passes
// its name to goat-exec (Prepared).
//
// Session.ID is the salt of a bare build. It covers everything that decides
// what is compiled, and nothing else. The driver uses PackageSalt for one
// package, and MainSalt for main packages.
package session
