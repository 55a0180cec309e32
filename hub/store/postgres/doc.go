// Package postgres opens the fleet's store in a PostgreSQL database, or in a
// distributed database that is compatible with it.
//
// In: the database's URL. Out: a rows.Store, whose writes are committed before a
// call returns. The database's clock counts. Open runs the embedded migrations,
// if there are any to run.
//
// # What it cannot do
//
// The hub's transactions are short, but they lock rows: a hub that hangs in one
// delays others until the database ends its transaction, after ten seconds.
// PgBouncer works only in session mode, because writes use prepared statements.
package postgres
