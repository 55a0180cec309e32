package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/dbtest"
	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/runs"
	tracefile "github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// engines give each test an empty database.
var engines = map[string]func(t testing.TB) string{
	"SQLite":     func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "trace.db") },
	"PostgreSQL": dbtest.Postgres,
	"MariaDB":    dbtest.MariaDB,
}

// TestStore is what every engine has to do.
func TestStore(t *testing.T) {
	for engine, url := range engines {
		t.Run(engine, func(t *testing.T) {
			for _, test := range []struct {
				name string
				run  func(t *testing.T, k *keeper)
			}{
				{"Announce", testAnnounce},
				{"Refused", testRefused},
				{"Segments", testSegments},
				{"AtOnce", testAtOnce},
				{"LargeSegment", testLargeSegment},
				{"ReadAsFolder", testReadAsFolder},
				{"Index", testIndex},
				{"Rows", testRows},
				{"HostileRows", testHostileRows},
				{"TooManyRows", testTooManyRows},
				{"Delete", testDelete},
				{"DeleteInterrupted", testDeleteInterrupted},
				{"Retention", testRetention},
				{"Lists", testLists},
				{"Migrations", testMigrations},
			} {
				t.Run(test.name, func(t *testing.T) { test.run(t, keep(t, url(t))) })
			}
		})
	}
}

func testAnnounce(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run, missing, err := k.Announce(t.Context(), r.id, r.document(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{r.digest}, missing); diff != "" || run.Number == 0 || !run.Ended.IsZero() {
		t.Errorf("got run %+v, missing (-want +got):\n%s", run, diff)
	}
	if err := k.AddTable(t.Context(), r.digest, r.table); err != nil {
		t.Fatal(err)
	}
	if err := k.AddTable(t.Context(), r.digest, r.table); err != nil {
		t.Errorf("the table again: %v", err)
	}
	first := r.document(t)
	r.describe["endedAt"] = began.Add(time.Hour)
	for range 2 {
		again, missing, err := k.Announce(t.Context(), r.id, r.document(t))
		if err != nil || again.Number != run.Number || len(missing) > 0 || !again.Ended.Equal(began.Add(time.Hour)) {
			t.Errorf("got %+v, missing %q, %v; want the same run, ended", again, missing, err)
		}
	}
	// A repeated older announcement does not take the end back.
	if late, _, err := k.Announce(t.Context(), r.id, first); err != nil || late.Ended.IsZero() {
		t.Errorf("got %+v, %v, want the run still ended", late, err)
	}
	other := newRecording(t, 2)
	if run2 := k.announce(other); run2.Number != run.Number+1 {
		t.Errorf("got number %d after %d, want the next one", run2.Number, run.Number)
	}
	for _, ref := range []string{r.id, fmt.Sprint(run.Number), strings.ToUpper(r.id)} {
		if got := k.find(ref); got.ID != r.id {
			t.Errorf("%s: got %s, want %s", ref, got.ID, r.id)
		}
	}
	if _, err := k.Find(t.Context(), "00000000"); err == nil || !strings.Contains(err.Error(), "several runs") {
		t.Errorf("got %v, want that several runs begin so", err)
	}
	for _, ref := range []string{"4711", "x", "", "0000000000000000000000000000ffff", "99999999999999999999999"} {
		if _, err := k.Find(t.Context(), ref); !errors.Is(err, fleet.UnknownRun) {
			t.Errorf("%q: got %v, want fleet.UnknownRun", ref, err)
		}
	}
}

func testRefused(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	for _, test := range []struct {
		change func(d map[string]any)
		kind   fleet.Kind
		want   string
	}{
		{func(d map[string]any) { d["goVersion"] = "go1.25.0" }, fleet.Conflict, "another build"},
		{func(d map[string]any) { d["createdAt"] = began }, fleet.Conflict, "another build"},
		{func(d map[string]any) {
			d["packages"] = []any{map[string]any{"first": 0, "functions": 1, "table": strings.Repeat("a", 32)}}
		}, fleet.Conflict, "another build"},
		{func(d map[string]any) { d["runId"] = "../../etc/passwd" }, fleet.Invalid, "runId"},
		{func(d map[string]any) { d["runId"] = strings.Repeat("ab", 16) }, fleet.Invalid, "the address names"},
		{func(d map[string]any) { d["version"] = 99 }, fleet.Invalid, "version 99"},
		{func(d map[string]any) { d["host"] = "a\nb" }, fleet.Invalid, "host has"},
		{func(d map[string]any) { d["projectName"] = strings.Repeat("x", 5000) }, fleet.Invalid, "projectName has"},
		{func(d map[string]any) {
			d["packages"] = []any{map[string]any{"first": 0, "functions": 1, "table": "../x"}}
		}, fleet.Invalid, "no table's name"},
		{func(d map[string]any) { d["packages"] = 7 }, fleet.Invalid, "no description"},
		{func(d map[string]any) { delete(d, "createdAt") }, fleet.Invalid, "createdAt"},
		{func(d map[string]any) { d["more"] = strings.Repeat("x", runs.MaxDescription) }, fleet.TooLarge, "more than"},
	} {
		forged := newRecording(t, 1)
		test.change(forged.describe)
		_, _, err := k.Announce(t.Context(), r.id, forged.document(t))
		if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q: %s", err, test.want, test.kind)
		}
	}
	for _, table := range [][]byte{nil, []byte("x"), r.table[:len(r.table)-1]} {
		if err := k.AddTable(t.Context(), r.digest, table); !errors.Is(err, fleet.DigestMismatch) {
			t.Errorf("got %v, want fleet.DigestMismatch", err)
		}
	}
	if err := k.AddTable(t.Context(), tracefile.Digest([]byte("no table")), []byte("no table")); !errors.Is(err, fleet.Invalid) {
		t.Errorf("got %v, want fleet.Invalid", err)
	}
	if got := k.find(r.id); !bytes.Equal(got.Description, run.Description) {
		t.Errorf("got description %s, want the first one", got.Description)
	}
}

func testSegments(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	one, two, three := r.refunds(1, 1, 1, 2, "a"), r.refunds(1, 2, 13, 2, "b"), r.refunds(1, 3, 25, 2, "c")
	k.add(run, 1, 3, three)
	k.add(run, 1, 1, one)
	k.add(run, 1, 1, one)
	k.add(run, 1, 2, two)
	foreign := newRecording(t, 2)
	large := r.head(1, 9, 1)
	large.First = 1 << 63
	full := r.head(1, 9, 1)
	full.Steps = 1 << 40
	blocks := bytes.Repeat(wire.AppendEvent(nil, wire.EventSteps, wire.MaxSteps, 0), 200_000)
	for _, test := range []struct {
		segment       []byte
		trace, number uint64
		kind          fleet.Kind
		want          string
	}{
		{r.refunds(1, 2, 13, 2, "other"), 1, 2, fleet.Conflict, "the first one stays"},
		{r.refunds(1, 2, 14, 2, "b"), 1, 2, fleet.Conflict, "the first one stays"},
		{one[:len(one)-1], 1, 1, fleet.Invalid, "cut off"},
		{append(slices.Clone(one), 0), 1, 1, fleet.Invalid, "cut off"},
		{one[:20], 1, 1, fleet.Invalid, "head"},
		{nil, 1, 1, fleet.Invalid, "head"},
		{foreign.refunds(1, 9, 1, 1, "x"), 1, 9, fleet.Invalid, "of a run"},
		{r.refunds(1, 9, 1, 1, "x"), 1, 8, fleet.Invalid, "the address names"},
		{r.refunds(2, 9, 1, 1, "x"), 1, 9, fleet.Invalid, "the address names"},
		{wire.AppendSegment(nil, r.head(1, 9, 1), []byte{0}), 1, 9, fleet.Invalid, "unknown event"},
		{wire.AppendSegment(nil, r.head(1, 9, 1), wire.AppendStep(nil, 0)), 1, 9, fleet.Invalid, "its head says"},
		{wire.AppendSegment(nil, r.head(1, 9, 0), nil), 1, 9, fleet.Invalid, "counts from 1"},
		{wire.AppendSegment(nil, r.head(0, 9, 1), nil), 0, 9, fleet.Invalid, "counts from 1"},
		{wire.AppendSegment(nil, large, nil), 1, 9, fleet.Invalid, "counts from 1"},
		{wire.AppendSegment(nil, full, blocks), 1, 9, fleet.Invalid, "recorded steps"},
		{wire.AppendSegment(nil, r.head(1, 9, 1), wire.AppendEvent(nil, wire.EventSteps, wire.MaxSteps, 0)), 1, 9, fleet.Invalid, "its head says"},
	} {
		err := k.AddSegment(t.Context(), run, test.trace, test.number, test.segment)
		if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q: %s", err, test.want, test.kind)
		}
	}
	if got := k.find(r.id); got.Segments != 3 || got.Steps != 36 || got.Traces != 1 || got.Raw != int64(len(one)+len(two)+len(three)-3*wire.HeadSize) {
		t.Errorf("got %+v, want 3 segments with 36 steps", got)
	}
	if got := k.text(run); !strings.Contains(got, `"c"`) || strings.Contains(got, "other") {
		t.Errorf("got %s, want the first segments", got)
	}
}

// text is all that readers see of a run.
func (k *keeper) text(run runs.Run) string {
	k.t.Helper()
	opened, err := k.Open(k.ctx(), run)
	if err != nil {
		k.t.Fatal(err)
	}
	return textOf(k.t, opened)
}

func textOf(t testing.TB, run *tracefile.Run) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, run.RunID, run.Problems)
	for _, trace := range run.Traces {
		w := trace.Walk()
		for it, ok := w.Next(); ok; it, ok = w.Next() {
			if it.Err != nil {
				t.Errorf("trace %d: %v", trace.Number, it.Err)
			}
			name := ""
			if n := len(w.Calls); n > 0 {
				name = w.Calls[n-1].Name()
			}
			fmt.Fprintln(&b, trace.Number, it.What, it.Step, name, it.Value, it.Met)
		}
		w.Close()
	}
	return b.String()
}

// Several processes write the same run at once; what was acknowledged is there when
// all of them are gone.
func testAtOnce(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	const writers, segments = 4, 40
	replicas := []*keeper{k, keep(t, k.url)}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			k := replicas[w%len(replicas)]
			run := k.announce(r)
			for _, i := range rand.Perm(segments) {
				k.add(run, 1, uint64(i+1), r.refunds(1, uint64(i+1), uint64(12*i+1), 2, "same"))
			}
		})
	}
	all.Wait()
	again := keep(t, k.url)
	if got := again.find(r.id); got.Segments != segments || got.Steps != 12*segments {
		t.Errorf("got %+v, want %d segments", got, segments)
	}
	if got := strings.Count(again.text(again.find(r.id)), `"same"`); got != segments*4 {
		t.Errorf("got %d values, want %d", got, segments*4)
	}
}

// A segment that is larger than an engine's packets comes back as it was.
func testLargeSegment(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	noise := rand.New(rand.NewPCG(1, 2))
	b := wire.AppendEvent(nil, wire.EventOpen, 0, 0)
	b = wire.AppendEvent(b, wire.EventEnter, 0)
	for len(b) < 20<<20 {
		text := make([]byte, 4096)
		for i := range text {
			text[i] = byte(noise.Uint32())
		}
		b = wire.AppendString(wire.AppendEvent(b, wire.EventValue, 1), string(text), 4096)
	}
	h := r.head(1, 1, 1)
	k.add(run, 1, 1, wire.AppendSegment(nil, h, b))
	k.add(run, 1, 1, wire.AppendSegment(nil, h, b))
	list, err := k.Keeper.Segments(t.Context(), r.id, 1, []uint64{1})
	if err != nil || len(list) != 1 || !bytes.Equal(list[0].Events, b) {
		t.Errorf("got %d segments, %v, want the events as they were", len(list), err)
	}
}

// What is read from the store is what would be read from the run's folder.
func testReadAsFolder(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	dir := r.folder(t, r.refunds(1, 1, 1, 3, "a"), r.refunds(1, 2, 19, 3, "b"), r.refunds(2, 1, 1, 1, "c"))
	folder, err := tracefile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for s, err := range folder.Segments() {
		if err != nil {
			t.Fatal(err)
		}
		k.add(run, s.Head.Trace, s.Head.Number, wire.AppendSegment(nil, s.Head, s.Events))
	}
	if diff := cmp.Diff(textOf(t, folder), k.text(run)); diff != "" {
		t.Errorf("(-folder +stored):\n%s", diff)
	}
}

// Index entries are those of the segments, whether the tables come before or after
// them.
func testIndex(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run, _, err := k.Announce(t.Context(), r.id, r.document(t))
	if err != nil {
		t.Fatal(err)
	}
	segments := [][]byte{r.refunds(1, 1, 1, 3, "a"), r.refunds(1, 2, 19, 3, "b")}
	var want, nameless []*trace.Entry
	table, err := tracefile.DecodeTable(r.table)
	if err != nil {
		t.Fatal(err)
	}
	d, err := tracefile.ParseDescription(r.document(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range segments {
		k.add(run, 1, uint64(i+1), s)
		head, _ := wire.ParseHead(s)
		segment := trace.Segment{Head: head, Events: s[wire.HeadSize:]}
		nameless = append(nameless, trace.NewEntry(segment, tracefile.NewFunctions(d, nil)))
		want = append(want, trace.NewEntry(segment, tracefile.NewFunctions(d, map[string]*tracefile.Table{r.digest: table})))
	}
	read := func(after uint64) []*trace.Entry {
		t.Helper()
		entries, err := k.Index(t.Context(), r.id, 1, after)
		if err != nil {
			t.Fatal(err)
		}
		return entries
	}
	if diff := cmp.Diff(nameless, read(0)); diff != "" {
		t.Errorf("without tables (-want +got):\n%s", diff)
	}
	if got, err := k.Run(t.Context(), r.id); err != nil || len(got.Problems) != 1 || !strings.Contains(got.Problems[0], r.digest) {
		t.Errorf("got %+v, %v, want a problem that names the table", got, err)
	}
	if err := k.AddTable(t.Context(), r.digest, r.table); err != nil {
		t.Fatal(err)
	}
	if err := k.IndexNews(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, err := k.store.Unindexed(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("got %d runs to index, %v, want none", len(left), err)
	}
	if diff := cmp.Diff(want, read(0)); diff != "" {
		t.Errorf("with tables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], read(1)); diff != "" {
		t.Errorf("after the first (-want +got):\n%s", diff)
	}
	if tables, err := k.Tables(t.Context(), r.id); err != nil || len(tables) != 1 || tables[r.digest] == nil {
		t.Errorf("got tables %v, %v, want the one of the run", tables, err)
	}
	got, err := k.Keeper.Segments(t.Context(), r.id, 1, []uint64{2, 7, 1})
	if err != nil || len(got) != 3 || !bytes.Equal(got[0].Events, segments[1][wire.HeadSize:]) || got[1].Events != nil || !bytes.Equal(got[2].Events, segments[0][wire.HeadSize:]) {
		t.Errorf("got %d segments, %v, want the second, none, and the first", len(got), err)
	}
	if _, err := k.Run(t.Context(), "4711"); !errors.Is(err, trace.ErrNotFound) || !errors.Is(err, fleet.UnknownRun) {
		t.Errorf("got %v, want trace.ErrNotFound and fleet.UnknownRun", err)
	}
}
