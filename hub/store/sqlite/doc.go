// Package sqlite is the fleet's store in one SQLite file.
//
// In: what fleet says. Out: rows, on disk before a call returns (journal in WAL
// mode, synchronous=FULL). Several processes may use one file on a local disk at
// once. Migrations are embedded and run by Open.
//
// Writes of all callers go through one goroutine, which puts what has gathered
// while the transaction before was committing into the next one: a batch forms
// by itself, and under load one fsync serves many callers.
//
// # What it cannot do
//
// Network file systems lack the locks and shared memory that WAL needs. A
// process that holds the write lock for long holds up the others; they wait for
// up to ten seconds and then fail.
package sqlite
