package database_test

import (
	"strings"
	"testing"

	"github.com/goat-trace/goat/hub/store/database"
	"github.com/goat-trace/goat/hub/store/dbtest"
)

// What is wrong with a database is said with the next step, and without its
// password.
func TestWrongDatabases(t *testing.T) {
	const secret = "s3cret"
	postgres, mariadb := dbtest.Postgres(t), dbtest.MariaDB(t)
	for _, test := range []struct{ name, db, want string }{
		{"engine", "oracle://u@h/n", "--db is sqlite, postgres://… or mysql://…"},
		{"word", "postgres", "--db is sqlite, postgres://"},
		{"no URL", "postgres://u:" + secret + "@h:port/n", "reading the database's URL"},
		{"no URL", "mysql://u:" + secret + "@h:port/n", "it is not like mysql://USER@HOST:PORT/NAME"},
		{"no name", "mysql://u:" + secret + "@h:3306", "it is not like mysql://USER@HOST:PORT/NAME"},
		{"parameter", "mysql://u:" + secret + "@h:3306/n?ssl=1", `no parameter "ssl"; there are tls, tls-ca and socket`},
		{"nobody", "postgres://u:" + secret + "@127.0.0.1:1/n?sslmode=disable", "check that it runs, and the address 127.0.0.1:1 in --db"},
		{"nobody", "mysql://u:" + secret + "@127.0.0.1:1/n", "check that it runs, and the address 127.0.0.1:1 in --db"},
		{"no database", replaceName(postgres, "missing"), "create it: CREATE DATABASE missing"},
		{"no database", replaceName(mariadb, "missing"), "create it: CREATE DATABASE missing"},
		{"no user", strings.Replace(mariadb, "root@", "nobody:"+secret+"@", 1), "--db-password-file"},
		{"no user", strings.Replace(postgres, "goat@", "nobody:"+secret+"@", 1), "nobody"},
	} {
		d, err := database.Named(test.db, t.TempDir(), "")
		if err == nil {
			_, err = d.Open(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s, %s: got %v, want an error with %q", test.name, test.db, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s, %s: the error has the password: %v", test.name, test.db, err)
		}
		if d != nil && strings.Contains(d.String(), secret) {
			t.Errorf("%s: the name has the password: %s", test.name, d)
		}
	}
}

func replaceName(url, name string) string {
	address, rest, _ := strings.Cut(url, "/goat_")
	_, parameters, _ := strings.Cut(rest, "?")
	return address + "/" + name + "?" + parameters
}

// A user without rights, and a database that can only be read.
func TestNoRights(t *testing.T) {
	for _, test := range []struct {
		name     string
		start    func(testing.TB, ...string) *dbtest.Server
		reader   []string // makes the user "reader" of the database NAME
		from     string   // the administrator in the URL
		readOnly []string
	}{
		{"postgres", dbtest.StartPostgres, []string{"CREATE USER reader"}, "goat@", []string{"ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"}},
		{"mariadb", dbtest.StartMariaDB, []string{"CREATE USER reader@127.0.0.1", "GRANT SELECT ON *.* TO reader@127.0.0.1"}, "root@", []string{"SET GLOBAL read_only = 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := test.start(t)
			full, empty := server.Database(t), server.Database(t)
			for _, statement := range test.reader {
				server.Exec(t, statement)
			}
			d, err := database.Named(full, "", "")
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Schema().Up(t.Context()); err != nil {
				t.Fatal(err)
			}
			refused := func(url, want string) {
				t.Helper()
				d, err := database.Named(strings.Replace(url, test.from, "reader@", 1), "", "")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := d.Open(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: got %v, want an error with %q", d, err, want)
				}
			}
			refused(full, "give user reader its rights")
			refused(empty, "give user reader its rights")
			if test.name == "mariadb" { // whoever is root there may write in any case
				server.Exec(t, "GRANT ALL ON *.* TO reader@127.0.0.1")
				server.Exec(t, "REVOKE READ_ONLY ADMIN ON *.* FROM reader@127.0.0.1")
			} else {
				test.from = "nothing"
			}
			for _, statement := range test.readOnly {
				server.Exec(t, statement)
			}
			refused(full, "name the primary server in --db")
		})
	}
}
