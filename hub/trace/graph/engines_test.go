package graph_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/store/dbtest"
	"github.com/goat-trace/goat/hub/trace/graph"
	"github.com/goat-trace/goat/hub/trace/relations"
	"github.com/goat-trace/goat/hub/trace/runs"
	"github.com/goat-trace/goat/hub/trace/store"
	"github.com/goat-trace/goat/hub/trace/tracetest"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// TestEngines sends the run that the other tests read from memory to a store on each
// engine, and asks the same questions there. All answers are those of memory.
func TestEngines(t *testing.T) {
	f := start(t)
	queries := []string{
		fmt.Sprintf(pageQuery, 100, "null"),
		`{ run(id: "1") { threads { isMain steps { number } } } }`,
		`{ run(id: "1") { trace(number: 1) { whyValue(step: 500) { more links { depth node { number } } } whyStep(step: 700) { links { node { number } } } } } }`,
	}
	for _, query := range queries {
		if _, failed := f.ask(t, query); failed != "" {
			t.Fatalf("%s: %s", query, failed)
		}
	}
	pages := func(f *fixture) (answers []any) {
		for _, query := range queries {
			data, failed := f.ask(t, query)
			answers = append(answers, data, failed)
		}
		after := "null"
		for range 1000 {
			data, failed := f.ask(t, fmt.Sprintf(pageQuery, 200, after))
			answers = append(answers, data, failed)
			if failed != "" {
				return answers
			}
			info := data["run"].(map[string]any)["trace"].(map[string]any)["stepsFrom"].(map[string]any)["pageInfo"].(map[string]any)
			if info["hasNextPage"] != true {
				return answers
			}
			after = fmt.Sprintf("%q", info["endCursor"])
		}
		t.Fatal("the pages do not end")
		return nil
	}
	want := pages(f)
	for engine, url := range map[string]string{
		"SQLite": "sqlite:" + filepath.Join(t.TempDir(), "trace.db"), "PostgreSQL": dbtest.Postgres(t), "MariaDB": dbtest.MariaDB(t),
	} {
		t.Run(engine, func(t *testing.T) {
			if diff := cmp.Diff(want, pages(stored(t, f, url))); diff != "" {
				t.Errorf("answers (-memory +%s):\n%.2000s", engine, diff)
			}
		})
	}
}

// stored returns /graphql over the fixture's run in a database.
func stored(t *testing.T, f *fixture, url string) *fixture {
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
	log := slog.New(slog.DiscardHandler)
	k, err := runs.New(s, log)
	if err != nil {
		t.Fatal(err)
	}
	table, digest, err := f.truth.Table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(map[string]any{
		"version": wire.Version, "runId": tracetest.ID, "createdAt": time.Unix(1, 0), "projectName": "p", "values": true,
		"packages": []any{map[string]any{"first": 0, "functions": len(f.truth.Table.Functions), "table": digest}},
	})
	if err != nil {
		t.Fatal(err)
	}
	run, _, err := k.Announce(t.Context(), tracetest.ID, document)
	if err == nil {
		err = k.AddTable(t.Context(), digest, table)
	}
	if err != nil {
		t.Fatal(err)
	}
	id, err := hex.DecodeString(tracetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, segment := range f.truth.Segments {
		head := segment.Head
		head.Run = binary.LittleEndian.Uint64(id)
		if err := k.AddSegment(t.Context(), run, head.Trace, head.Number, wire.AppendSegment(nil, head, segment.Events)); err != nil {
			t.Fatal(err)
		}
	}
	h := httptest.NewServer(graph.Handler(relations.New(k, 8<<20), 10*time.Millisecond, log))
	t.Cleanup(h.Close)
	return &fixture{f.Memory, f.truth, h.URL}
}
