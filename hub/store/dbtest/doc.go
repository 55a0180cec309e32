// Package dbtest gives tests databases in servers of their own: PostgreSQL 15
// and MariaDB 10.11, which hub/install.sh installs.
//
// In: a test. Out: the URL of an empty database, as goat-hub takes it with
// --db. The first test of a process that needs a server starts it, and all
// later ones share it. A test that kills or restarts a server starts one of its
// own. Servers end with the test process, however that ends, and leave no files.
//
// Servers write to the operating system at each commit but do not wait for the
// disk: what is committed survives a kill of the server, not of the machine.
package dbtest
