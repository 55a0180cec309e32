package dbtest

import (
	"sync"
	"testing"
)

// The servers that all tests of this process share.
var shared struct {
	postgres, mariadb func() (*Server, error)
}

func init() {
	shared.postgres = sync.OnceValues(func() (*Server, error) { return start(postgres()) })
	shared.mariadb = sync.OnceValues(func() (*Server, error) { return start(mariadb()) })
}

// Postgres returns the URL of a new database in PostgreSQL, which is removed at
// the end of the test.
func Postgres(t testing.TB) string {
	t.Helper()
	return database(t, shared.postgres)
}

// MariaDB returns the URL of a new database in MariaDB, which is removed at the
// end of the test.
func MariaDB(t testing.TB) string {
	t.Helper()
	return database(t, shared.mariadb)
}

func database(t testing.TB, server func() (*Server, error)) string {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return s.Database(t)
}

// StartPostgres starts a PostgreSQL that ends with the test. Settings are
// further arguments of the server, such as "-c", "fsync=on".
func StartPostgres(t testing.TB, settings ...string) *Server {
	t.Helper()
	return own(t, postgres(), settings)
}

// StartMariaDB starts a MariaDB that ends with the test. Settings are further
// arguments of the server, such as "--innodb-flush-log-at-trx-commit=1".
func StartMariaDB(t testing.TB, settings ...string) *Server {
	t.Helper()
	return own(t, mariadb(), settings)
}

func own(t testing.TB, e engine, settings []string) *Server {
	t.Helper()
	e.more = settings
	s, err := start(e)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}
