package server

import (
	"testing"

	"github.com/goat-trace/goat/hub/store/database"
	"github.com/goat-trace/goat/hub/store/dbtest"
)

// engines make an empty database of each engine, as --db names it. With durable,
// a server waits for the disk at each commit.
var engines = []struct {
	name  string
	empty func(t testing.TB, durable bool) string
}{
	{"sqlite", func(testing.TB, bool) string { return database.SQLite }},
	{"postgres", func(t testing.TB, durable bool) string {
		if durable {
			return dbtest.StartPostgres(t, "-c", "fsync=on", "-c", "full_page_writes=on").Database(t)
		}
		return dbtest.Postgres(t)
	}},
	{"mariadb", func(t testing.TB, durable bool) string {
		if durable {
			return dbtest.StartMariaDB(t, "--innodb-flush-log-at-trx-commit=1").Database(t)
		}
		return dbtest.MariaDB(t)
	}},
}

// on returns the change of a configuration for hubs that share a directory and a
// database.
func on(t testing.TB, root, db string) func(*Config) {
	t.Helper()
	d, err := database.Named(db, root, "")
	if err != nil {
		t.Fatal(err)
	}
	return func(c *Config) { c.Root, c.Database = root, d }
}

// onEngines runs a benchmark with a hub on each engine.
func onEngines(b *testing.B, run func(b *testing.B, h *hub)) {
	b.Helper()
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) { run(b, startHub(b, on(b, b.TempDir(), e.empty(b, true)))) })
	}
}
