package store_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/trace/runs"
	"github.com/goat-trace/goat/hub/trace/store"
	tracefile "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// recording is a run that a test sends.
type recording struct {
	id       string
	describe map[string]any
	table    []byte
	digest   string
}

// began is when all recordings began.
var began = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// newRecording returns the run with a number.
func newRecording(t testing.TB, n int) *recording {
	t.Helper()
	table := &tracefile.Table{
		Version: tracefile.TableVersion, Package: "example.com/shop/ledger", Module: "example.com/shop", Files: []string{"ledger/refund.go"},
		Functions: []tracefile.Function{{
			Name: "Refund", Line: 10, EndLine: 20, Params: []int{0}, Results: []tracefile.Result{{Type: "int", Variable: -1}},
			Variables: []tracefile.Variable{{Name: "amount", Type: "int", Kind: "param", Line: 10}, {Name: "note", Type: "string", Kind: "local", Line: 11}},
			Locations: []tracefile.Location{
				{Kind: "stmt", Line: 11, Column: 2, EndLine: 11, EndColumn: 20, Reads: []int{0}, Writes: []int{1}},
				{Kind: "if", Line: 12, Column: 2, EndLine: 12, EndColumn: 30, Reads: []int{1}},
				{Kind: "stmt", Line: 13, Column: 3, EndLine: 13, EndColumn: 30},
			},
		}},
	}
	data, digest, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("%016x%016x", n+0x10, n)
	return &recording{id: id, table: data, digest: digest, describe: map[string]any{
		"version": wire.Version, "runId": id, "createdAt": began.Add(time.Duration(n) * time.Minute), "projectName": "shop", "projectVersion": "v1.2.0", "commit": "8458207",
		"launchMethod": "main", "launchClass": "example.com/shop/cmd/shop", "goVersion": "go1.26.8", "system": "linux/amd64", "host": "h", "pid": 7,
		"policy": "block", "values": true, "packages": []any{map[string]any{"first": 0, "functions": 1, "table": digest}},
	}}
}

// document is run.json.
func (r *recording) document(t testing.TB) []byte {
	t.Helper()
	data, err := json.Marshal(r.describe)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// head returns the head of a segment without its steps.
func (r *recording) head(trace, number, first uint64) wire.Head {
	id, _ := hex.DecodeString(r.id)
	return wire.Head{Run: binary.LittleEndian.Uint64(id), Trace: trace, Goroutine: trace, Number: number, First: first, Started: began.UnixNano()}
}

// refunds returns a segment of calls of Refund, each of which calls itself once.
// Its steps begin with first.
func (r *recording) refunds(trace, number, first uint64, calls int, note string) []byte {
	b := wire.AppendEvent(nil, wire.EventOpen, 0, 0)
	h := r.head(trace, number, first)
	call := func(amount int) {
		b = wire.AppendEvent(b, wire.EventEnter, 0)
		b = wire.AppendInt(wire.AppendEvent(b, wire.EventValue, 0), int64(amount))
		b = wire.AppendStep(b, 0)
		b = wire.AppendString(wire.AppendEvent(b, wire.EventValue, 1), note, 4096)
		b = wire.AppendStep(b, 1)
		b = append(b, wire.EventTrue)
		b = wire.AppendStep(b, 2)
		h.Steps += 3
	}
	leave := func(n int) {
		b = append(b, wire.EventReturn)
		b = wire.AppendInt(wire.AppendEvent(b, wire.EventResult, 0), int64(n))
		b = append(b, wire.EventLeave)
	}
	for i := range calls {
		call(i)
		call(i + 1000)
		leave(1)
		leave(2)
	}
	return wire.AppendSegment(nil, h, b)
}

// keeper is a keeper on a database, and the database.
type keeper struct {
	*runs.Keeper
	t     testing.TB
	store *store.Store
	url   string
}

// keep opens a database, and closes it at the end of the test.
func keep(t testing.TB, url string) *keeper {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	k, err := runs.New(s, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	return &keeper{k, t, s, url}
}

// announce announces a run and sends its table.
func (k *keeper) announce(r *recording) runs.Run {
	k.t.Helper()
	run, missing, err := k.Announce(k.ctx(), r.id, r.document(k.t))
	if err != nil {
		k.t.Fatal(err)
	}
	for range missing {
		if err := k.AddTable(k.ctx(), r.digest, r.table); err != nil {
			k.t.Fatal(err)
		}
	}
	return run
}

func (k *keeper) ctx() context.Context { return k.t.Context() }

// add sends a segment, which has to be taken.
func (k *keeper) add(run runs.Run, trace, number uint64, segment []byte) {
	k.t.Helper()
	if err := k.AddSegment(k.ctx(), run, trace, number, segment); err != nil {
		k.t.Fatal(err)
	}
}

// find finds a run, which has to be there.
func (k *keeper) find(ref string) runs.Run {
	k.t.Helper()
	run, err := k.Find(k.ctx(), ref)
	if err != nil {
		k.t.Fatal(err)
	}
	return run
}

// query asks the database directly, and returns its rows as text.
func (k *keeper) query(text string) (list []string) {
	k.t.Helper()
	db := openDB(k.t, k.url)
	rows, err := db.QueryContext(k.ctx(), text)
	if err != nil {
		k.t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		k.t.Fatal(err)
	}
	for rows.Next() {
		into, cells := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			k.t.Fatal(err)
		}
		words := make([]string, len(cells))
		for i, c := range cells {
			words[i] = word(c)
		}
		list = append(list, strings.Join(words, " "))
	}
	if err := rows.Err(); err != nil {
		k.t.Fatal(err)
	}
	return list
}

// word is a cell as all engines give it.
func word(cell any) string {
	switch c := cell.(type) {
	case nil:
		return "-"
	case []byte:
		return string(c)
	case bool:
		if c {
			return "1"
		}
		return "0"
	case time.Time:
		return c.UTC().Format("2006-01-02 15:04:05.000000")
	}
	return fmt.Sprint(cell)
}

func openDB(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver, name, err := store.Driver(url)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
