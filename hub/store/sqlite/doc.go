// Package sqlite is the fleet's store in one SQLite file.
//
// In: what fleet stores. Out: rows, on disk before a call returns (journal in
// WAL mode, synchronous=FULL). Several processes may use one file on a local
// disk at the same time. Open runs the embedded migrations.
//
// All writes go through one goroutine. While it commits a transaction, new
// writes gather, and the next transaction takes them all. So batches form by
// themselves, and under load one fsync serves many callers.
//
// # What it cannot do
//
// Network file systems lack the locks and shared memory that WAL needs. A
// process that holds the write lock for long delays the others; they wait for
// up to ten seconds and then fail.
package sqlite
