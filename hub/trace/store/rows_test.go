package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/trace/runs"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// folder writes a run's folder.
func (r *recording) folder(t testing.TB, segments ...[]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string][]byte{"run.json": r.document(t), "tables/" + r.digest: r.table, "segments-0001.goatseg": []byte(strings.Join(texts(segments), ""))} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func texts(list [][]byte) (all []string) {
	for _, b := range list {
		all = append(all, string(b))
	}
	return all
}

// People find a run's steps and values in tables that are named as the schema's
// types.
func testRows(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	k.add(run, 1, 1, r.refunds(1, 1, 1, 1, "it's \"a\" \\ note"))
	k.add(run, 2, 1, r.refunds(2, 1, 1, 1, "b"))
	for range 2 { // a second time changes nothing
		if state, err := k.KeepRows(t.Context(), k.find(r.id), 100); state != runs.RowsKept || err != nil {
			t.Fatalf("got %v, %v, want rows", state, err)
		}
	}
	for query, want := range map[string][]string{
		`SELECT id, package, func, file, line, col, endLine, endCol, kind FROM Location ORDER BY id`: {
			"1 example.com/shop/ledger Refund ledger/refund.go 11 2 11 20 stmt", "2 example.com/shop/ledger Refund ledger/refund.go 12 2 12 30 if",
			"3 example.com/shop/ledger Refund ledger/refund.go 13 3 13 30 stmt",
		},
		`SELECT l.id, l.read, l.write FROM Location l ORDER BY id`: {"1 amount note", "2 note -", "3 - -"},
		`SELECT step, locationId, depth, outcome, stepIn, stepOver, invocationParent, n.read, n.write FROM TraceNode n WHERE trace = 1 ORDER BY step`: {
			"1 1 1 - - 2 - 1 2", "2 2 1 1 - 3 - 2 -", "3 3 1 - 4 - - - -", "4 1 2 - - 5 3 3 4", "5 2 2 1 - 6 3 4 -", "6 3 2 - - - 3 - -",
		},
		`SELECT trace, step, kind, identifier, value FROM Var ORDER BY id`: {
			`1 0 param amount 0`, `1 1 local note "it's \"a\" \\ note"`, `1 3 param amount 1000`, `1 4 local note "it's \"a\" \\ note"`, `1 6 result  1`, `1 6 result  2`,
			`2 0 param amount 0`, `2 1 local note "b"`, `2 3 param amount 1000`, `2 4 local note "b"`, `2 6 result  1`, `2 6 result  2`,
		},
		`SELECT id, runId, projectName, projectVersion, gitCommit, launchMethod, launchClass, steps, inRows FROM Run`: {
			"1 " + r.id + " shop v1.2.0 8458207 main example.com/shop/cmd/shop 12 1",
		},
		`SELECT run, id, goroutine, isMain, steps FROM Trace ORDER BY id`: {"1 1 1 1 6", "1 2 2 0 6"},
		`SELECT count(*) FROM TraceNode n JOIN Var v ON v.run = n.run AND v.id = n.read JOIN Location l ON l.run = n.run AND l.id = n.locationId WHERE l.line = 12 AND v.value = '"b"'`: {"2"},
	} {
		if diff := cmp.Diff(want, k.query(query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	for _, query := range []string{`SELECT createdAt FROM Run`, `SELECT n.timestamp FROM TraceNode n WHERE step = 1 AND trace = 1`, `SELECT t.timestamp FROM Trace t WHERE id = 1`} {
		if got := k.query(query); len(got) != 1 || !strings.HasPrefix(got[0], "2026-11-29 12:0") {
			t.Errorf("%s: got %q, want a time", query, got)
		}
	}
	// A segment that comes late makes the rows anew.
	k.add(run, 2, 2, r.refunds(2, 2, 7, 1, "c"))
	if err := k.KeepPending(t.Context(), 100, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := k.query(`SELECT count(*) FROM TraceNode`); got[0] != "18" {
		t.Errorf("got %s steps, want 18", got[0])
	}
}

// Names and values that are made to break things become rows like others.
func testHostileRows(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	k.add(run, 1, 1, r.refunds(1, 1, 1, 1, "'; DROP TABLE Var; --\x00\xff\u202e<script>"))
	b := wire.AppendEvent(nil, wire.EventOpen, 0, 0)
	b = wire.AppendEvent(b, wire.EventEnter, 0)
	b = wire.AppendEvent(b, wire.EventType, 1, 1)
	b = wire.AppendText(b, "T\x00\xff'\"`;")
	b = wire.AppendEvent(b, 0) // no fields
	b = wire.AppendEvent(b, wire.EventValue, 1)
	b = wire.AppendNumbers(b, wire.KindInterface, 1)
	b = append(b, byte(wire.KindNil))
	b = wire.AppendEvent(b, wire.EventValue, 1<<40) // no such variable
	b = append(b, byte(wire.KindNil))
	b = wire.AppendEvent(b, wire.EventEnter, 77) // no such function
	h := r.head(2, 1, 1)
	b = wire.AppendStep(b, 1<<30) // no such location
	h.Steps++
	k.add(run, 2, 1, wire.AppendSegment(nil, h, b))
	if state, err := k.KeepRows(t.Context(), k.find(r.id), 100); state != runs.RowsKept || err != nil {
		t.Fatalf("got %v, %v, want rows", state, err)
	}
	if got := k.query(`SELECT count(*) FROM TraceNode`); got[0] != "7" {
		t.Errorf("got %s steps, want 7", got[0])
	}
	if got := k.query(`SELECT value FROM Var WHERE trace = 2`); len(got) != 1 || got[0] != "T\uFFFD\uFFFD'\"`;(nil)" {
		t.Errorf("got %q, want the type's name with replacements", got)
	}
}

func testTooManyRows(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	k.add(run, 1, 1, r.refunds(1, 1, 1, 2, "a"))
	if state, err := k.KeepRows(t.Context(), k.find(r.id), 11); state != runs.RowsTooMany || err != nil {
		t.Fatalf("got %v, %v, want too many", state, err)
	}
	if got := k.query(`SELECT inRows FROM Run`); got[0] != "0" {
		t.Errorf("got inRows %s, want 0", got[0])
	}
	if got := k.query(`SELECT count(*) FROM TraceNode`); got[0] != "0" {
		t.Errorf("got %s steps, want none", got[0])
	}
}
