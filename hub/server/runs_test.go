package server

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/trace/runs"
	tracefile "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// recordedRun is a run as a recorder sends it.
type recordedRun struct {
	id, digest string
	table      []byte
	describe   document
}

func newRecordedRun(t testing.TB, n int) *recordedRun {
	t.Helper()
	table := &tracefile.Table{
		Version: tracefile.TableVersion, Package: "example.com/shop/ledger", Module: "example.com/shop", Files: []string{"ledger/refund.go"},
		Functions: []tracefile.Function{{
			Name: "Refund", Line: 10, EndLine: 20,
			Variables: []tracefile.Variable{{Name: "note", Type: "string", Kind: "local", Line: 11}},
			Locations: []tracefile.Location{{Kind: "stmt", Line: 11, Column: 2, EndLine: 11, EndColumn: 20, Writes: []int{0}}},
		}},
	}
	data, digest, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("%016x%016x", uint64(0xabc0+n)<<48, n)
	return &recordedRun{id, digest, data, document{
		"version": wire.Version, "runId": id, "createdAt": time.Date(2026, 11, 29, 12, n, 0, 0, time.UTC), "projectName": "shop", "projectVersion": "v1", "commit": "8458207",
		"launchMethod": "main", "launchClass": "example.com/shop/cmd/shop", "goVersion": "go1.26.8", "system": "linux/amd64", "host": "h", "pid": 7, "values": true,
		"packages": []document{{"first": 0, "functions": 1, "table": digest}}, "instance": key(1),
	}}
}

// segment is a segment of calls of Refund.
func (r *recordedRun) segment(trace, number uint64, calls int, note string) []byte {
	id, _ := hex.DecodeString(r.id)
	h := wire.Head{Run: binary.LittleEndian.Uint64(id), Trace: trace, Goroutine: trace, Number: number, First: (number-1)*uint64(calls) + 1, Started: 1}
	b := wire.AppendEvent(nil, wire.EventOpen, 0, 0)
	for range calls {
		b = wire.AppendEvent(b, wire.EventEnter, 0)
		b = wire.AppendStep(b, 0)
		b = wire.AppendString(wire.AppendEvent(b, wire.EventValue, 0), note, 4096)
		b = append(b, wire.EventReturn, wire.EventLeave)
		h.Steps++
	}
	return wire.AppendSegment(nil, h, b)
}

// send sends a run with one trace of segments.
func (h *hub) send(r *recordedRun, segments ...[]byte) {
	h.t.Helper()
	var told struct{ Wants []string }
	h.decode(h.call("PUT", "/api/v1/runs/"+r.id, r.describe), &told)
	for _, digest := range told.Wants {
		h.decode(h.call("PUT", "/api/v1/tables/"+digest, r.table), &struct{}{})
	}
	for i, s := range segments {
		h.decode(h.call("PUT", fmt.Sprintf("/api/v1/runs/%s/segments/1/%d", r.id, i+1), s), &struct{}{})
	}
}

// A recorder sends a run over HTTP; what it sends wrongly is refused with the reason,
// and the rest stays as it is.
func TestRunOverHTTP(t *testing.T) {
	h := startHub(t, func(c *Config) { c.TraceRows = 1000 })
	r, other := newRecordedRun(t, 1), newRecordedRun(t, 2)
	one, two := r.segment(1, 1, 3, "first"), r.segment(1, 2, 3, "second")
	path := "/api/v1/runs/" + r.id
	problem := func(method, path string, body any, status int, kind, word string, headers ...string) {
		t.Helper()
		a := h.call(method, path, body, headers...)
		if a.status != status || !strings.Contains(a.body, `"urn:goat:problem:`+kind+`"`) || !strings.Contains(a.body, word) || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: got %d %s, want %d %s with %q", method, path, a.status, a.body, status, kind, word)
		}
	}
	problem("PUT", path+"/segments/1/1", one, 404, "unknown-run", r.id)
	h.send(r, one)
	h.send(r, one, two)
	problem("PUT", path+"/segments/1/2", r.segment(1, 2, 3, "forged"), 409, "conflict", "the first one stays")
	problem("PUT", path+"/segments/1/3", one, 400, "bad-request", "the address names")
	problem("PUT", path+"/segments/1/1", one[:len(one)-2], 400, "bad-request", "cut off")
	problem("PUT", path+"/segments/1/1", other.segment(1, 1, 3, "x"), 400, "bad-request", "of a run")
	problem("PUT", path+"/segments/01/1", one, 400, "bad-request", "no number")
	problem("PUT", path+"/segments/1/0", one, 400, "bad-request", "no number")
	problem("PUT", path+"/segments/1/1", one, 415, "unsupported-encoding", "gzip", "Content-Encoding", "zstd")
	problem("PUT", path+"/segments/1/1", one, 400, "unsupported-protocol", "version", "Goat-Protocol", "9")
	problem("PUT", "/api/v1/runs/"+other.id, r.describe, 400, "bad-request", "the address names")
	problem("PUT", path, "{", 400, "bad-request", "no description")
	problem("PUT", path, bytes.Repeat([]byte(" "), runs.MaxDescription+1), 413, "too-large", "more than")
	forged := newRecordedRun(t, 1)
	forged.describe["commit"] = "feedbee"
	problem("PUT", path, forged.describe, 409, "conflict", "another build")
	problem("PUT", "/api/v1/tables/"+r.digest, "x", 422, "digest-mismatch", r.digest)
	problem("GET", "/api/v1/runs?limit=x", nil, 400, "bad-request", "limit")

	var stored struct {
		Traces []struct {
			Trace    int
			Segments [][2]int
		}
	}
	h.get(path+"/segments", &stored)
	if len(stored.Traces) != 1 || len(stored.Traces[0].Segments) != 1 || stored.Traces[0].Segments[0] != [2]int{1, 2} {
		t.Errorf("got %+v, want segments 1 to 2 of trace 1", stored)
	}
	if a := h.call("GET", path+"/segments/1/2", nil); a.body != string(two) {
		t.Errorf("got %d bytes of a segment, want those that were sent", len(a.body))
	}
	if a := h.call("GET", path+"/tables/"+r.digest, nil); a.body != string(r.table) {
		t.Errorf("got %d bytes of a table, want those that were sent", len(a.body))
	}
	var run struct {
		Number, Steps, Segments int
		Live                    bool
	}
	if h.get("/api/v1/runs/1", &run); run.Steps != 6 || run.Segments != 2 || !run.Live {
		t.Errorf("got %+v, want a live run with 6 steps in 2 segments", run)
	}
	r.describe["endedAt"] = time.Date(2026, 11, 29, 13, 0, 0, 0, time.UTC)
	h.send(r)
	until(t, "kept as rows", func() bool { return strings.Contains(h.call("GET", path, nil).body, `"inRows":true`) })
	if a := h.call("DELETE", path, nil); a.status != http.StatusOK {
		t.Fatalf("got %d %s, want it deleted", a.status, a.body)
	}
	problem("GET", path, nil, 410, "gone", "deleted")
	problem("PUT", path, r.describe, 410, "gone", "deleted")
	problem("PUT", path+"/segments/1/3", r.segment(1, 3, 3, "late"), 410, "gone", "deleted")
}

// A token sees and sends the runs of its services only.
func TestRunsOfOthers(t *testing.T) {
	tokens := filepath.Join(t.TempDir(), "tokens")
	text := "all push,admin * 0123456789abcdef-all\nprod push,read env=prod 0123456789abcdef-prod\nstaging push,read env=staging,app=shop 0123456789abcdef-staging\n"
	if err := os.WriteFile(tokens, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h := startHub(t, func(c *Config) { c.TokenFile = tokens })
	as := func(name string) []string { return []string{"Authorization", "Bearer 0123456789abcdef-" + name} }
	if a := h.call("POST", "/api/v1/instances", shop(1, "", 0), as("all")...); a.status != http.StatusOK {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	r := newRecordedRun(t, 1)
	path := "/api/v1/runs/" + r.id
	for _, test := range []struct {
		who, method, path string
		body              any
		status            int
	}{
		{"prod", "PUT", path, r.describe, 403},
		{"staging", "PUT", path, r.describe, 200},
		{"staging", "PUT", path + "/segments/1/1", r.segment(1, 1, 1, "x"), 200},
		{"prod", "PUT", path + "/segments/1/2", r.segment(1, 2, 1, "x"), 404},
		{"prod", "GET", path, nil, 404},
		{"prod", "GET", path + "/segments/1/1", nil, 404},
		{"staging", "GET", path + "/segments/1/1", nil, 200},
		{"staging", "DELETE", path, nil, 403},
		{"staging", "POST", path + "/pin", nil, 403},
		{"all", "POST", path + "/pin", nil, 200},
	} {
		if a := h.call(test.method, test.path, test.body, as(test.who)...); a.status != test.status {
			t.Errorf("%s: %s %s: got %d %s, want %d", test.who, test.method, test.path, a.status, a.body, test.status)
		}
	}
	for who, want := range map[string]int{"all": 1, "staging": 1, "prod": 0} {
		if a := h.call("GET", "/api/v1/runs", nil, as(who)...); strings.Count(a.body, `"runId"`) != want {
			t.Errorf("%s: got %s, want %d runs", who, a.body, want)
		}
	}
}

// After a run is deleted, no file of the hub has a value of it.
func TestDeletedValues(t *testing.T) {
	root := t.TempDir()
	h := startHub(t, func(c *Config) { c.Root = root; c.TraceRows = 1000 })
	const secret = "hunter2-correct-horse-battery"
	gone, kept := newRecordedRun(t, 1), newRecordedRun(t, 2)
	for _, r := range []*recordedRun{gone, kept} {
		r.describe["endedAt"] = time.Date(2026, 11, 29, 13, 0, 0, 0, time.UTC)
	}
	h.send(gone, gone.segment(1, 1, 1, secret))
	h.send(kept, kept.segment(1, 1, 1, "stays-where-it-is"))
	for _, r := range []*recordedRun{gone, kept} {
		until(t, "kept as rows", func() bool { return strings.Contains(h.call("GET", "/api/v1/runs/"+r.id, nil).body, `"inRows":true`) })
	}
	if !inFiles(t, root, secret) {
		t.Fatal("the value is not in the files while the run is there; the test would prove nothing")
	}
	if a := h.call("DELETE", "/api/v1/runs/"+gone.id, nil); a.status != http.StatusOK {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	if inFiles(t, root, secret) {
		t.Error("a file has the value of a run that was deleted")
	}
	if !inFiles(t, root, "stays-where-it-is") {
		t.Error("the value of another run is gone, too")
	}
}

// inFiles reports whether a text is in a file below a directory.
func inFiles(t testing.TB, root, text string) bool {
	t.Helper()
	out, err := exec.Command("grep", "-rlaF", text, root).CombinedOutput()
	if err != nil && len(out) > 0 {
		t.Fatalf("grep: %v %s", err, out)
	}
	return len(out) > 0
}
