// Package mysql opens the fleet's store in a MySQL or MariaDB database.
//
// In: the database's URL. Out: a rows.Store, whose writes are committed before a
// call returns. The database's clock counts. Open runs the embedded migrations,
// if there are any to run. Texts are stored as bytes, so that they compare as on
// the other engines.
//
// # What it cannot do
//
// It is tested with MariaDB 10.11. MySQL 8 has what it needs but was not there
// to be tested. A step of the schema that a crash interrupts may have been done
// without being noted; the next migration then says that a table exists.
package mysql
