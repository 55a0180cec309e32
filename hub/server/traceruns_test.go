package server

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/hub/store/dbtest"
	"github.com/goat-trace/goat/hub/trace/store"
)

// folder writes a run's folder into a directory.
func (r *recordedRun) folder(t testing.TB, dir string, segments ...[]byte) string {
	t.Helper()
	dir = filepath.Join(dir, r.id)
	if err := os.MkdirAll(filepath.Join(dir, "tables"), 0o750); err != nil {
		t.Fatal(err)
	}
	describe, err := json.Marshal(r.describe)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"run.json": describe, "tables/" + r.digest: r.table, "segments-0001.goatseg": bytes.Join(segments, nil)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// traceHub runs goat-hub's command line without an environment.
func traceHub(t testing.TB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(args, nil, &out, &errs, func(string) string { return "" })
	return code, out.String(), errs.String()
}

// Runs in folders are brought to a hub, listed, pinned and removed there.
func TestTraceCommandsOnHub(t *testing.T) {
	h := startHub(t)
	dir := t.TempDir()
	one, two := newRecordedRun(t, 1), newRecordedRun(t, 2)
	whole := [][]byte{one.segment(1, 1, 3, "a"), one.segment(1, 2, 3, "b"), one.segment(2, 1, 3, "c")}
	one.folder(t, dir, whole...)
	cut := two.segment(1, 1, 3, "cut")
	two.folder(t, dir, two.segment(2, 1, 3, "d"), cut[:len(cut)-5])
	for range 2 {
		code, out, errs := traceHub(t, "trace", "import", "-hub", h.URL(), dir)
		if code != 0 || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "no whole segment") {
			t.Fatalf("got %d, %q, %q, want success and a word on what is cut off", code, out, errs)
		}
	}
	for i, s := range whole {
		if got := h.call("GET", "/api/v1/runs/"+one.id+[]string{"/segments/1/1", "/segments/1/2", "/segments/2/1"}[i], nil); got.body != string(s) {
			t.Errorf("segment %d is not what was in the folder", i)
		}
	}
	ls := func(args ...string) string {
		t.Helper()
		code, out, errs := traceHub(t, append([]string{"trace", "ls", "--hub", h.URL()}, args...)...)
		if code != 0 || errs != "" {
			t.Fatalf("got %d, %q", code, errs)
		}
		return out
	}
	if got := ls(); strings.Count(got, "\n") != 3 || !strings.Contains(got, one.id[:12]) || !strings.Contains(got, " 9 ") {
		t.Errorf("got %s, want two runs, one with 9 steps", got)
	}
	var list struct{ Runs []struct{ Steps int } }
	if err := json.Unmarshal([]byte(ls("--json")), &list); err != nil || len(list.Runs) != 2 || list.Runs[1].Steps != 9 {
		t.Errorf("got %+v, %v, want two runs", list, err)
	}
	if code, _, errs := traceHub(t, "trace", "pin", "--hub", h.URL(), "1"); code != 0 {
		t.Errorf("pin: %s", errs)
	}
	if got := ls(); !strings.Contains(got, "pinned") {
		t.Errorf("got %s, want a pinned run", got)
	}
	if code, _, errs := traceHub(t, "trace", "rm", "--hub", h.URL(), one.id, "4711"); code != 1 || !strings.Contains(errs, "4711") {
		t.Errorf("got %d %q, want the one that is not there named", code, errs)
	}
	if got := ls(); strings.Contains(got, one.id[:12]) || !strings.Contains(got, two.id[:12]) {
		t.Errorf("got %s, want the other run alone", got)
	}
	if code, _, errs := traceHub(t, "trace", "import", "--hub", h.URL(), dir); code != 1 || !strings.Contains(errs, "deleted") {
		t.Errorf("got %d %q, want that the run was deleted", code, errs)
	}
}

// Runs are brought into databases, also as rows that SQL can query.
func TestTraceCommandsOnDatabase(t *testing.T) {
	dir := t.TempDir()
	r := newRecordedRun(t, 1)
	run := r.folder(t, dir, r.segment(1, 1, 3, "a"))
	for name, args := range map[string][]string{
		"sqlite:" + filepath.Join(dir, "trace.db"): nil, // beside the folder
		dbtest.MariaDB(t):                          {"--trace-db"},
	} {
		if args != nil {
			args = append(args, name)
		}
		for range 2 {
			if code, out, errs := traceHub(t, append([]string{"trace", "import", "-rows", run}, args...)...); code != 0 || out+errs != "" {
				t.Fatalf("got %d, %q, %q, want success without a word", code, out, errs)
			}
		}
		driver, dsn, err := store.Driver(name)
		if err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open(driver, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var steps int
		if err := db.QueryRow(`SELECT count(*) FROM TraceNode n JOIN Var v ON v.run = n.run AND v.id = n.write WHERE v.identifier = 'note' AND v.value = '"a"'`).Scan(&steps); err != nil || steps != 3 {
			t.Errorf("%s: got %d steps, %v, want 3", driver, steps, err)
		}
	}
	file := "sqlite:" + filepath.Join(dir, "trace.db")
	if code, out, _ := traceHub(t, "trace", "ls", "--trace-db", file); code != 0 || !strings.Contains(out, r.id[:12]) {
		t.Errorf("got %d %s, want the run", code, out)
	}
	if code, out, errs := traceHub(t, "trace", "migrate", "--trace-db", file, "--dry-run", "--down-to", "0"); code != 0 || strings.Count(out, "down ") < 2 {
		t.Errorf("got %d %q %q, want the steps down", code, out, errs)
	}
}

// What cannot be done is said with the next step.
func TestTraceCommandsRefused(t *testing.T) {
	dir := t.TempDir()
	r := newRecordedRun(t, 1)
	run := r.folder(t, dir, r.segment(1, 1, 3, "a"))
	file := filepath.Join(dir, "trace.db")
	if code, _, errs := traceHub(t, "trace", "import", "--trace-db", "sqlite:"+file, run); code != 0 {
		t.Fatal(errs)
	}
	newer, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer newer.Close()
	if _, err := newer.Exec(`INSERT INTO trace_db_version (version_id, is_applied) VALUES (900, 1)`); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args string
		want string
	}{
		{"import " + t.TempDir(), "no folder of a run"},
		{"import /nonexistent", "listing runs"},
		{"import -rows -rows-limit 2 " + run, "raise --rows-limit"},
		{"import -rows -hub http://127.0.0.1:1 " + run, "--rows is for a database"},
		{"import -hub http://127.0.0.1:1 " + run, "name it with --hub"},
		{"import --trace-db sqlite:" + file + " " + run, "use the goat-hub that wrote it"},
		{"import --trace-db mongodb://x/y " + run, "postgres://"},
		{"import --trace-db postgres://u:secret@127.0.0.1:1/x " + run, "--trace-db-password-file"},
		{"import --trace-db postgres://u@127.0.0.1:1/x?connect_timeout=1 " + run, "name it with --trace-db"},
		{"import --trace-db mysql://u@127.0.0.1:1/x " + run, "name it with --trace-db"},
		{"import --trace-db sqlite:/proc/x/trace.db " + run, "name it with --trace-db"},
		{"ls --trace-db sqlite:x --hub http://127.0.0.1:1", "leave one of them out"},
		{"migrate", "--trace-db"},
	} {
		code, out, errs := traceHub(t, append([]string{"trace"}, strings.Fields(test.args)...)...)
		if code != 1 || out != "" || !strings.Contains(errs, test.want) || strings.Contains(errs, "secret") {
			t.Errorf("%s: got %d, %q, %q, want %q", test.args, code, out, errs, test.want)
		}
	}
}
