// Package archive packs what a hub stores into one file, and unpacks it.
//
// In: a hub that may be running, or an archive. Out: a tar file, packed by gzip,
// or a hub that can be started. There are two kinds: Write and Restore copy a
// hub's directory, with the SQLite file as it was at one moment; Export and
// Import copy the rows of any engine in a form that all engines read, and blobs
// from wherever they are.
package archive
