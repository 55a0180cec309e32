// Package session keeps what one build, or one run of go vet, knows of its
// line sets, so that they are computed once and read by each of its tools.
//
// In: configuration and the place of the go command. Out: a Session. The
// first tool of a go command to ask computes the line sets and writes them to
// goat's cache directory, one small file for each directory with changed
// code; a record named after the go command's process leads the others there.
// Whoever finds no record, or cannot read it, computes again: a session is
// never anything but a cache.
//
// A later build of the same state finds the session by its memo, which counts
// only as long as all that the session was computed from is as it was. The
// driver prepares a session before the go command runs (Prepare) and hands its
// name on.
//
// Session.ID is the salt of the build: it covers everything that decides what
// is compiled, and nothing else. PackageSalt and MainSalt are the driver's.
package session
