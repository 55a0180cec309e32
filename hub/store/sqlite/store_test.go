package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/sqlite"
	"github.com/goat-trace/goat/hub/store/storetest"
)

func TestStore(t *testing.T) {
	var dirs sync.Map // test → directory of its file
	storetest.Run(t, func(t *testing.T) storetest.Store {
		dir, ok := dirs.Load(t.Name())
		if !ok {
			dir = t.TempDir()
			dirs.Store(t.Name(), dir)
		}
		s, err := sqlite.Open(t.Context(), filepath.Join(dir.(string), "sqlite.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	})
}

// A file of a newer goat-hub is refused and stays as it is.
func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sqlite.db")
	if err := sqlite.Migrate(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (900, 1)"); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "schema has version 900") {
		t.Errorf("got %v, want an error that names version 900", err)
	}
}

// Replicas that start concurrently on a new file all succeed.
func TestOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sqlite.db")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			s, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	all.Wait()
}

// The seed's table is a view with its column names and one row marked as the
// latest.
func TestSeedsTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sqlite.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
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
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT id, created_at, updated_at, coalesce(deleted_at, ''), env, region, app_name, addresses, git_branch, git_commit,
		is_latest, cov_file_path, cover_total, app_type, cluster FROM goc_o_staging_service_cover ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got [][]string
	for rows.Next() {
		row := make([]string, 15)
		into := make([]any, len(row))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		if _, err := time.Parse("2006-01-02 15:04:05.000", row[1]); err != nil || row[1] != row[2] {
			t.Errorf("created_at is %q and updated_at %q, want a time and the same", row[1], row[2])
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
}
