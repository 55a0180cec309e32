// Package rows is the fleet's store as rows of a relational database. The
// engines (sqlite, postgres, mysql) open it with their Dialect.
//
// In: what fleet stores. Out: rows, committed before a call returns. Several
// processes may use one database at the same time.
//
// All writes of a process go through one goroutine. While it commits a
// transaction, new writes gather, and the next transaction takes them all. So
// batches form by themselves, and under load one commit serves many callers.
//
// # SQL
//
// Each statement stands here once, for all engines. It keeps to what they have
// in common, and to what PostgreSQL-compatible distributed databases have too:
// no advisory locks, no LISTEN and NOTIFY, no sequence that must not have gaps.
// Three things are written in one way and differ in the engines (see Dialect):
// placeholders are ? or ?1; upserts are ON CONFLICT … DO NOTHING or DO UPDATE
// SET, with the table's name before its own columns on the right side; and what
// a transaction reads in order to change it is read FOR UPDATE. Assignments must
// not depend on others that stand before them in the same SET.
//
// # What it cannot do
//
// It does not hide that a database is away: calls fail, and callers try again.
package rows
