package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/database"
	"github.com/goat-trace/goat/hub/store/dbtest"
	"github.com/goat-trace/goat/hub/store/rows"
)

// fill lets a hub store something in all of its tables that agents reach.
func fill(t *testing.T, h *hub) {
	t.Helper()
	digest, manifest := manifestOf(5)
	if a := h.call("PUT", "/api/v1/manifests/"+digest, manifest); a.status != http.StatusOK {
		t.Fatalf("got %d and %s, want 200", a.status, a.body)
	}
	var got told
	for n := 1; n <= 3; n++ {
		e := shop(n, digest, 5)
		h.post("/api/v1/instances", e, &got)
		h.post("/api/v1/instances/"+key(n)+"/points", document{"from": 0, "ids": []int{n, 5}}, &got)
	}
	s, release := h.store, h.release().ID
	for i := range 3 {
		if err := s.AddCover(t.Context(), fleet.Cover{Release: release, Addresses: "http://a,http://b", File: "m/cov_data/m_1.cov", Total: 100.0 / 3 * float64(i), Digest: "d"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		s.SetBaseline(t.Context(), fleet.Baseline{Release: release, By: "O'Brien \\ ü \u2028 <&>", File: "baselines/1.cov"}),
		s.AddCovmeta(t.Context(), "c0ffee", 12),
		s.AddCounters(t.Context(), fleet.Counters{Instance: key(1), Covmeta: "c0ffee", Size: 7}),
		s.SetBlocks(t.Context(), fleet.BlocksRow{Instance: key(2), Generation: 1, Digest: "d", File: "f", Size: 5}),
		s.AddTests(t.Context(), fleet.TestRun{ID: key(9), Module: "example.com/shop", Name: "unit", Points: 5, Ran: 1}, []byte{0, 1, 2, 3, 4, 5, 6, 0xff}),
		s.AddTarget(t.Context(), fleet.Target{Name: "shop <ü>", Address: "http://127.0.0.1:1", Instance: key(1)}),
		h.places.blobs.Put(t.Context(), "baselines/1.cov", strings.NewReader("mode: set\n")),
		h.places.histories.Put(t.Context(), "m/cov_data/m_1.cov", strings.NewReader("mode: count\n")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.AddExcuse(t.Context(), fleet.Excuse{Service: h.release().Service, StableID: "p", Reason: "r", Person: "ü"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Number(t.Context(), "m"); err != nil {
		t.Fatal(err)
	}
	id, err := s.AddGocAgent(t.Context(), fleet.GocAgent{Token: "t", Instance: key(3), Host: "h"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveGocAgent(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// contents returns all rows of a database, table by table, in an order of their
// own.
func contents(t *testing.T, s *rows.Store) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	if err := s.Dump(t.Context(), func(c rows.Chunk) error {
		for _, row := range c.Rows {
			named := map[string]rows.Value{}
			for i, v := range row {
				named[c.Columns[i]] = v
			}
			text, err := json.Marshal(named)
			if err != nil {
				return err
			}
			all[c.Table] = append(all[c.Table], string(text))
		}
		all[c.Table+", last id"] = []string{fmt.Sprint(c.Last)}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	delete(all, "jobs") // they go on
	for _, list := range all {
		slices.Sort(list)
	}
	return all
}

// stored returns the contents of a database without a hub.
func stored(t *testing.T, name, root string) map[string][]string {
	t.Helper()
	d, err := database.Named(name, root, "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return contents(t, s)
}

// Everything that is read of a hub is the same after it has moved from SQLite to
// PostgreSQL, from there to MariaDB, and back; and ids go on.
func TestMoveBetweenEngines(t *testing.T) {
	root, release := t.TempDir(), ""
	read := func(h *hub) map[string]string {
		pages := map[string]string{}
		for _, path := range []string{"/api/v1/services", "/api/v1/releases/" + release, "/api/v1/releases/" + release + "/points", "/api/v1/releases/" + release + "/instances", "/api/v1/releases/" + release + "/builds"} {
			a := h.call("GET", path, nil)
			if a.status != http.StatusOK {
				t.Errorf("%s: got %d", path, a.status)
			}
			pages[path] = a.body
		}
		return pages
	}
	var pages map[string]string
	t.Run("fill", func(t *testing.T) { // the hub ends with it
		h := startHub(t, func(c *Config) { c.Root = root })
		fill(t, h)
		release = h.release().ID
		pages = read(h)
	})
	before := stored(t, "sqlite", root)
	for _, table := range rows.Tables() {
		if len(before[table]) == 0 && !slices.Contains([]string{"jobs", "asks", "pulls", "goc_agents", "gates", "notices"}, table) {
			t.Errorf("nothing to move in table %s", table)
		}
	}
	from := []string{"--root", root}
	for _, name := range []string{dbtest.Postgres(t), dbtest.MariaDB(t), "sqlite"} {
		engine, _, _ := strings.Cut(name, "://")
		to := []string{"--root", filepath.Join(t.TempDir(), engine), "--db", name}
		exporting, importing := command(t, append([]string{"export", "-"}, from...)...), command(t, append([]string{"import", "-"}, to...)...)
		var stream bytes.Buffer
		exporting.Stdout, importing.Stdin = &stream, &stream
		if err := exporting.Run(); err != nil {
			t.Fatalf("exporting to %s: %v", engine, err)
		}
		archive := stream.Bytes()
		if err := importing.Run(); err != nil {
			t.Fatalf("importing into %s: %v", engine, err)
		}
		if diff := cmp.Diff(before, stored(t, name, to[1])); diff != "" {
			t.Errorf("rows in %s (-before +after):\n%s", engine, diff)
		}
		for _, file := range []string{"blobs/baselines/1.cov", "m/cov_data/m_1.cov"} {
			if got, want := readFile(t, filepath.Join(to[1], file)), readFile(t, filepath.Join(root, file)); got != want {
				t.Errorf("%s in %s: got %q, want %q", file, engine, got, want)
			}
		}
		again := command(t, append([]string{"import", "-"}, to...)...)
		again.Stdin, again.Stderr = bytes.NewReader(archive), nil
		if out, err := again.CombinedOutput(); err == nil || !strings.Contains(string(out), "import into an empty one") {
			t.Errorf("importing twice into %s: got %v and %s, want an error", engine, err, out)
		}
		from = to
		t.Run("hub on "+engine, func(t *testing.T) { // it ends with this test
			d, err := database.Named(name, to[1], "")
			if err != nil {
				t.Fatal(err)
			}
			moved := startHub(t, func(c *Config) { c.Root, c.Database = to[1], d })
			if diff := cmp.Diff(pages, read(moved)); diff != "" {
				t.Errorf("answers (-before +after):\n%s", diff)
			}
			if engine != "sqlite" {
				return
			}
			id, err := moved.store.AddGocAgent(t.Context(), fleet.GocAgent{Token: "t", Instance: key(3)})
			if err != nil || id != 2 {
				t.Errorf("got the id %d and %v for another agent, want 2", id, err)
			}
		})
		before = stored(t, name, to[1]) // it has measured
	}
}

// Half an archive, or one that is none, leaves the database empty.
func TestImportBrokenExport(t *testing.T) {
	root := t.TempDir()
	h := startHub(t, func(c *Config) { c.Root = root })
	fill(t, h)
	file := filepath.Join(t.TempDir(), "export.tar.gz")
	goatHub(t, "export", "--root", root, file)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	url := dbtest.Postgres(t)
	for name, broken := range map[string][]byte{"half": content[:len(content)/2], "end": content[:len(content)-4], "other": []byte("nothing")} {
		cmd := command(t, "import", "--root", t.TempDir(), "--db", url, "-")
		cmd.Stdin, cmd.Stderr = bytes.NewReader(broken), nil
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%s: it was imported: %s", name, out)
		}
	}
	cmd := command(t, "import", "--root", t.TempDir(), "--db", url, "-")
	cmd.Stdin = bytes.NewReader(content)
	if err := cmd.Run(); err != nil {
		t.Errorf("after broken ones: %v", err)
	}
	backup := filepath.Join(t.TempDir(), "backup.tar.gz")
	goatHub(t, "backup", "--root", root, backup)
	for _, args := range [][]string{{"import", "--root", t.TempDir(), backup}, {"restore", "--root", t.TempDir(), file}} {
		cmd := command(t, args...)
		cmd.Stderr = nil
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "with \"goat-hub ") {
			t.Errorf("%s of the other kind of archive: got %v and %s, want the right command", args[0], err, out)
		}
	}
}

// A backup of a running hub on each engine in a server, restored into another
// database.
func TestBackupOfServers(t *testing.T) {
	for name, empty := range map[string]func(testing.TB) string{"postgres": dbtest.Postgres, "mariadb": dbtest.MariaDB} {
		t.Run(name, func(t *testing.T) {
			root, url, file := t.TempDir(), empty(t), filepath.Join(t.TempDir(), "backup.tar.gz")
			d, err := database.Named(url, root, "")
			if err != nil {
				t.Fatal(err)
			}
			h := startHub(t, func(c *Config) { c.Root, c.Database = root, d })
			fill(t, h)
			goatHub(t, "backup", "--root", root, "--db", url, file)
			before := contents(t, h.store)
			var got told
			h.post("/api/v1/instances/"+key(1)+"/points", document{"from": 2, "ids": []int{4}}, &got)

			other := empty(t)
			restored := t.TempDir()
			goatHub(t, "restore", "--root", restored, "--db", other, file)
			after := stored(t, other, restored)
			for _, now := range []map[string][]string{before, after} {
				delete(now, "releases") // the hub may have measured them meanwhile
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("(-before +after):\n%s", diff)
			}
			if d, err = database.Named(other, restored, ""); err != nil {
				t.Fatal(err)
			}
			r := startHub(t, func(c *Config) { c.Root, c.Database = restored, d })
			if release := r.release(); release.Covered != 4 || release.Instances["live"] != 2 || release.Instances["ended"] != 1 {
				t.Errorf("got %+v, want 4 points of 3 instances, of which one has ended", release)
			}
		})
	}
}

// The password of a database is taken from a file or a variable, and refused on
// the command line.
func TestDatabasePassword(t *testing.T) {
	server := dbtest.StartMariaDB(t)
	url := server.Database(t)
	server.Exec(t, "CREATE USER hub@127.0.0.1 IDENTIFIED BY 's3cret'")
	server.Exec(t, "GRANT ALL ON *.* TO hub@127.0.0.1")
	url = strings.Replace(url, "root@", "hub@", 1)
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	migrate := func(variables []string, args ...string) (string, error) {
		cmd := command(t, append([]string{"migrate"}, args...)...)
		cmd.Env, cmd.Stderr = append(cmd.Env, variables...), nil
		out, err := cmd.CombinedOutput()
		if strings.Contains(string(out), "s3cret") {
			t.Errorf("the output has the password: %s", out)
		}
		return string(out), err
	}
	if out, err := migrate(nil, "--db", url); err == nil || !strings.Contains(out, "--db-password-file") {
		t.Errorf("without a password: got %v and %s, want an error with the next step", err, out)
	}
	if out, err := migrate(nil, "--db", strings.Replace(url, "hub@", "hub:s3cret@", 1)); err == nil || !strings.Contains(out, "everyone on this machine can read command lines") {
		t.Errorf("in --db: got %v and %s, want an error", err, out)
	}
	if out, err := migrate(nil, "--db", url, "--db-password-file", file); err != nil {
		t.Errorf("in a file: got %v and %s", err, out)
	}
	if out, err := migrate([]string{"GOAT_HUB_DB_PASSWORD=s3cret"}, "--db", url); err != nil {
		t.Errorf("in a variable: got %v and %s", err, out)
	}
	if out, err := migrate([]string{"GOAT_HUB_DB=" + strings.Replace(url, "hub@", "hub:s3cret@", 1)}); err != nil {
		t.Errorf("in GOAT_HUB_DB: got %v and %s", err, out)
	}
}
