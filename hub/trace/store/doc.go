// Package store keeps the tracer's runs in a database: SQLite, PostgreSQL, or
// MySQL/MariaDB.
//
// In: a database's URL, and what hub/trace/runs stores. Out: rows, on disk before a
// call returns. The three engines share their SQL as far as it is the same;
// dialect.go has the rest, and migrations/ a folder for each. The version of the
// schema has a table of its own, so the fleet's tables may be in the same database.
//
// All writes of segments go through one goroutine: while it commits a transaction
// new ones gather, and the next transaction takes them all.
//
//   - store.go, url.go, migrate.go: a URL → an open, migrated database
//   - dialect.go: what differs between the engines
//   - writer.go: transactions
//   - runs.go, tables.go, segments.go: what arrives
//   - rows.go: runs as rows that people query
//   - remove.go: what goes
//
// # What it cannot do
//
// PostgreSQL and MariaDB overwrite the bytes of removed rows when it suits them
// (VACUUM, purge); nothing reads them any more. In SQLite they are overwritten at
// once.
package store
