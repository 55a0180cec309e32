// Package sqlite opens the fleet's store in one SQLite file.
//
// In: a file's path. Out: a rows.Store, whose writes are on disk before a call
// returns (journal in WAL mode, synchronous=FULL). Several processes may use one
// file on a local disk at the same time. Open runs the embedded migrations.
//
// # What it cannot do
//
// Network file systems lack the locks and shared memory that WAL needs. A
// process that holds the write lock for long delays the others; they wait for
// up to ten seconds and then fail.
package sqlite
