package database_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/database"
	"github.com/goat-trace/goat/hub/store/dbtest"
	"github.com/goat-trace/goat/hub/store/rows"
)

// engines are what --db says for an empty database of each engine.
var engines = map[string]func(t testing.TB) (name, dir string){
	"sqlite":   func(t testing.TB) (string, string) { return "sqlite", t.TempDir() },
	"postgres": func(t testing.TB) (string, string) { return dbtest.Postgres(t), "" },
	"mariadb":  func(t testing.TB) (string, string) { return dbtest.MariaDB(t), "" },
}

// eachEngine runs a test with an empty database of each engine.
func eachEngine(t *testing.T, test func(t *testing.T, d database.Database)) {
	for name, empty := range engines {
		t.Run(name, func(t *testing.T) {
			name, dir := empty(t)
			d, err := database.Named(name, dir, "")
			if err != nil {
				t.Fatal(err)
			}
			test(t, d)
		})
	}
}

func open(t *testing.T, d database.Database) *rows.Store {
	t.Helper()
	s, err := d.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// handle returns a connection to the database beside the store.
func handle(t *testing.T, d database.Database) *sql.DB {
	t.Helper()
	db, err := d.Schema().Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Each step of the schema can be done and undone, and a dry run changes nothing.
func TestMigrations(t *testing.T) {
	eachEngine(t, func(t *testing.T, d database.Database) {
		applied := func() (done, all int) {
			list, err := d.Schema().Migrations(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range list {
				if m.Applied {
					done++
				}
			}
			return done, len(list)
		}
		if done, all := applied(); done != 0 || all == 0 {
			t.Errorf("of an empty database: %d of %d steps are done, want none", done, all)
		}
		if err := d.Schema().Check(t.Context()); err == nil || !strings.Contains(err.Error(), "goat-hub migrate") {
			t.Errorf("checking an empty database: got %v, want an error with the next step", err)
		}
		for range 2 {
			if err := d.Schema().Up(t.Context()); err != nil {
				t.Fatal(err)
			}
			if done, all := applied(); done != all {
				t.Errorf("after going up: %d of %d steps are done", done, all)
			}
			if err := d.Schema().Check(t.Context()); err != nil {
				t.Error(err)
			}
			if err := d.Schema().Down(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			if done, _ := applied(); done != 0 {
				t.Errorf("after going down: %d steps are done, want none", done)
			}
		}
	})
}

// A database of a newer goat-hub is refused and stays as it is.
func TestNewerSchema(t *testing.T) {
	eachEngine(t, func(t *testing.T, d database.Database) {
		if err := d.Schema().Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := handle(t, d).Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (90000, true)"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "schema has version 90000") {
			t.Errorf("got %v, want an error that names version 90000", err)
		}
	})
}

// Replicas that start concurrently on a new database all succeed.
func TestOpenAtOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, d database.Database) {
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				s, err := d.Open(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				s.Close()
			})
		}
		all.Wait()
	})
}

// All engines have the same tables with the same columns, and rows.Tables names
// them.
func TestSameTables(t *testing.T) {
	found := map[string]map[string][]string{}
	eachEngine(t, func(t *testing.T, d database.Database) {
		if err := d.Schema().Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		db, engine := handle(t, d), filepath.Base(t.Name())
		query := map[string]string{
			"sqlite":   `SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
			"postgres": `SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
			"mariadb":  `SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) WHERE table_schema = database() AND table_type = 'BASE TABLE'`,
		}[engine]
		list, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer list.Close()
		tables := map[string][]string{}
		for list.Next() {
			var table, column string
			if err := list.Scan(&table, &column); err != nil {
				t.Fatal(err)
			}
			if table != "goose_db_version" && table != "goat_migrating" {
				tables[table] = append(tables[table], column)
			}
		}
		for _, columns := range tables {
			slices.Sort(columns)
		}
		found[engine] = tables
		for _, name := range rows.Tables() {
			if tables[name] == nil {
				t.Errorf("rows.Tables names %s, which is not there", name)
			}
		}
		if len(tables) != len(rows.Tables()) {
			t.Errorf("got %d tables, and rows.Tables has %d: exports would not be complete", len(tables), len(rows.Tables()))
		}
	})
	for engine, tables := range found {
		if diff := cmp.Diff(found["sqlite"], tables); diff != "" {
			t.Errorf("tables of %s (-sqlite +%s):\n%s", engine, engine, diff)
		}
	}
}

// The seed's table is a view with its column names and one row marked as the
// latest.
func TestSeedsTable(t *testing.T) {
	eachEngine(t, func(t *testing.T, d database.Database) {
		s := open(t, d)
		labels := fleet.Labels{Env: "staging", Region: "th", AppType: "apa", App: "echoserver", Cluster: "c1"}
		if _, err := s.Register(t.Context(), &fleet.Enrolment{
			Service:  fleet.Service{ID: labels.ServiceID(), Labels: labels},
			Release:  fleet.Release{ID: "r", ServiceID: labels.ServiceID(), Revision: "845820727e", Branch: "master"},
			Build:    fleet.Build{ID: "b", ReleaseID: "r"},
			Instance: fleet.Instance{ID: "i", BuildID: "b", ReleaseID: "r"},
		}); err != nil {
			t.Fatal(err)
		}
		for _, total := range []float64{37.5, 40} {
			if err := s.AddCover(t.Context(), fleet.Cover{Release: "r", Addresses: "http://127.0.0.1:51007", File: "echoserver/cov_data/echoserver_1.cov", Total: total}); err != nil {
				t.Fatal(err)
			}
		}
		list, err := handle(t, d).Query(`SELECT id, created_at, updated_at, coalesce(deleted_at, ''), env, region, app_name, addresses, git_branch, git_commit,
			is_latest, cov_file_path, cover_total, app_type, cluster FROM goc_o_staging_service_cover ORDER BY id`)
		if err != nil {
			t.Fatal(err)
		}
		defer list.Close()
		var got [][]string
		for list.Next() {
			row := make([]string, 15)
			into := make([]any, len(row))
			for i := range row {
				into[i] = &row[i]
			}
			if err := list.Scan(into...); err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse("2006-01-02 15:04:05.000", row[1])
			if err != nil || row[1] != row[2] || time.Since(at).Abs() > time.Hour {
				t.Errorf("created_at is %q and updated_at %q, want the time in UTC and the same", row[1], row[2])
			}
			row[1], row[2] = "", ""
			got = append(got, row)
		}
		want := [][]string{
			{"1", "", "", "", "staging", "th", "echoserver", "http://127.0.0.1:51007", "master", "845820727e", "n", "echoserver/cov_data/echoserver_1.cov", "37.5", "apa", "c1"},
			{"2", "", "", "", "staging", "th", "echoserver", "http://127.0.0.1:51007", "master", "845820727e", "y", "echoserver/cov_data/echoserver_1.cov", "40", "apa", "c1"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Texts that are no UTF-8, or have zeros, are stored as well as the engine can.
func TestStrangeTexts(t *testing.T) {
	eachEngine(t, func(t *testing.T, d database.Database) {
		s := open(t, d)
		names := []string{"a", "A", "a ", "ä", "a\xff", "a\x00b", strings.Repeat("x", 400)}
		for _, name := range names {
			for want := range int64(2) {
				if n, err := s.Number(t.Context(), name); err != nil || n != want+1 {
					t.Errorf("%q: got %d and %v, want %d", name, n, err, want+1)
				}
			}
		}
	})
}

// While its database is away, a store says Busy; afterwards it works again.
func TestServerRestarts(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...string) *dbtest.Server{"postgres": dbtest.StartPostgres, "mariadb": dbtest.StartMariaDB} {
		t.Run(name, func(t *testing.T) {
			server := start(t)
			d, err := database.Named(server.Database(t), "", "")
			if err != nil {
				t.Fatal(err)
			}
			s := open(t, d)
			if _, err := s.Number(t.Context(), "n"); err != nil {
				t.Fatal(err)
			}
			server.Kill(t)
			if _, err := s.Number(t.Context(), "n"); !errors.Is(err, fleet.Busy) {
				t.Errorf("writing without a server: got %v, want Busy", err)
			}
			if _, err := s.Services(t.Context()); !errors.Is(err, fleet.Busy) {
				t.Errorf("reading without a server: got %v, want Busy", err)
			}
			server.Start(t)
			var n int64
			for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
				if n, err = s.Number(t.Context(), "n"); err == nil || time.Now().After(end) {
					break
				}
			}
			if err != nil || n != 2 {
				t.Errorf("after a restart: got %d and %v, want 2", n, err)
			}
			if _, err := s.Services(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}
