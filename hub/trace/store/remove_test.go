package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/trace/runs"
	"github.com/goat-trace/goat/hub/trace/store"
)

// left counts what is left of all runs.
func (k *keeper) left() string {
	k.t.Helper()
	var counts []string
	for _, table := range []string{"trace_runs", "trace_uses", "trace_segments", "trace_parts", "Location", "TraceNode", "Var"} {
		counts = append(counts, k.query("SELECT count(*) FROM " + table)[0])
	}
	return strings.Join(counts, " ")
}

func testDelete(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	k.add(run, 1, 1, r.refunds(1, 1, 1, 2, "a"))
	if _, err := k.KeepRows(t.Context(), k.find(r.id), 100); err != nil {
		t.Fatal(err)
	}
	if err := k.Delete(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	if got := k.left(); got != "0 0 0 0 0 0 0" {
		t.Errorf("got %s rows left, want none", got)
	}
	if _, err := k.Find(t.Context(), r.id); !errors.Is(err, fleet.Deleted) {
		t.Errorf("found: got %v, want fleet.Deleted", err)
	}
	if _, _, err := k.Announce(t.Context(), r.id, r.document(t)); !errors.Is(err, fleet.Deleted) {
		t.Errorf("announced: got %v, want fleet.Deleted", err)
	}
	if err := k.AddSegment(t.Context(), run, 1, 2, r.refunds(1, 2, 13, 1, "a")); !errors.Is(err, fleet.Deleted) {
		t.Errorf("sent: got %v, want fleet.Deleted", err)
	}
	if err := k.Delete(t.Context(), run); !errors.Is(err, fleet.UnknownRun) {
		t.Errorf("deleted again: got %v, want fleet.UnknownRun", err)
	}
}

// A removal that a killed process has begun is finished by the next sweep.
func testDeleteInterrupted(t *testing.T, k *keeper) {
	r := newRecording(t, 1)
	run := k.announce(r)
	k.add(run, 1, 1, r.refunds(1, 1, 1, 2, "a"))
	if err := k.store.Doom(t.Context(), run.Number); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Find(t.Context(), r.id); !errors.Is(err, fleet.Deleted) {
		t.Errorf("got %v, want fleet.Deleted", err)
	}
	if list, err := k.List(t.Context(), runs.Filter{}); len(list) > 0 || err != nil {
		t.Errorf("got %d runs, %v, want none", len(list), err)
	}
	if got := k.query(`SELECT count(*) FROM Run`)[0] + k.query(`SELECT count(*) FROM Trace`)[0]; got != "00" {
		t.Errorf("got %s rows, want none", got)
	}
	if _, err := k.Sweep(t.Context(), runs.Retention{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := k.left(); got != "0 0 0 0 0 0 0" {
		t.Errorf("got %s rows left, want none", got)
	}
}

func testRetention(t *testing.T, k *keeper) {
	var all []runs.Run
	for n := range 6 {
		r := newRecording(t, n)
		r.describe["endedAt"] = began.Add(time.Hour)
		run := k.announce(r)
		k.add(run, 1, 1, r.refunds(1, 1, 1, 2, fmt.Sprint(n)))
		all = append(all, k.find(r.id))
	}
	live := newRecording(t, 6)
	k.announce(live)
	if err := k.Pin(t.Context(), all[0], true); err != nil {
		t.Fatal(err)
	}
	kept := func(keep runs.Retention, now time.Time) string {
		t.Helper()
		if _, err := k.Sweep(t.Context(), keep, now); err != nil {
			t.Fatal(err)
		}
		list, err := k.List(t.Context(), runs.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		var numbers []string
		for _, r := range list {
			numbers = append(numbers, fmt.Sprint(r.Number))
		}
		return strings.Join(numbers, " ")
	}
	now := time.Now()
	for _, test := range []struct {
		keep runs.Retention
		now  time.Time
		want string
	}{
		{runs.Retention{}, now.Add(time.Hour * 1e4), "7 6 5 4 3 2 1"},
		{runs.Retention{Age: time.Hour, Runs: 7, Size: 1 << 30}, now, "7 6 5 4 3 2 1"},
		{runs.Retention{Runs: 6}, now, "7 6 5 4 3 1"},
		{runs.Retention{Size: all[0].Packed*2 + all[5].Packed}, now, "7 6 5 1"},
		{runs.Retention{Age: 2 * time.Hour}, now.Add(3 * time.Hour), "1"}, // the one without an end was killed
	} {
		if got := kept(test.keep, test.now); got != test.want {
			t.Errorf("%+v: got %s, want %s", test.keep, got, test.want)
		}
	}
	if err := k.Pin(t.Context(), all[0], false); err != nil {
		t.Fatal(err)
	}
	if got := kept(runs.Retention{Age: 2 * time.Hour}, now.Add(3*time.Hour)); got != "" {
		t.Errorf("got %s, want none", got)
	}
	if err := k.Pin(t.Context(), all[0], true); !errors.Is(err, fleet.UnknownRun) {
		t.Errorf("got %v, want fleet.UnknownRun", err)
	}
}

func testLists(t *testing.T, k *keeper) {
	for n := range 5 {
		r := newRecording(t, n)
		if n%2 == 1 {
			r.describe["projectName"] = "till"
		}
		k.announce(r)
	}
	for _, test := range []struct {
		filter runs.Filter
		want   []int64
	}{
		{runs.Filter{}, []int64{5, 4, 3, 2, 1}},
		{runs.Filter{Limit: 2}, []int64{5, 4}},
		{runs.Filter{Limit: 2, Before: 4}, []int64{3, 2}},
		{runs.Filter{Project: "till"}, []int64{4, 2}},
		{runs.Filter{Project: "'"}, nil},
	} {
		list, err := k.List(t.Context(), test.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, r := range list {
			got = append(got, r.Number)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.filter, diff)
		}
	}
}

// Each step of the schema can be taken back and done again; a newer schema is
// refused and stays.
func testMigrations(t *testing.T, k *keeper) {
	list, err := store.Migrations(t.Context(), k.url)
	if err != nil || len(list) < 2 {
		t.Fatalf("got %d migrations, %v", len(list), err)
	}
	for down := len(list) - 1; down >= 0; down-- {
		if err := store.MigrateDown(t.Context(), k.url, int64(down)); err != nil {
			t.Fatalf("down to %d: %v", down, err)
		}
	}
	if err := store.Migrate(t.Context(), k.url); err != nil {
		t.Fatal(err)
	}
	again := keep(t, k.url)
	run := again.announce(newRecording(t, 1))
	if run.Number != 1 {
		t.Errorf("got number %d in an empty database, want 1", run.Number)
	}
	k.query(`SELECT * FROM Run`)
	if err := store.SetVersion(t.Context(), k.url, 900); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), k.url); err == nil || !strings.Contains(err.Error(), "schema has version 900") {
		t.Errorf("got %v, want an error that names version 900", err)
	}
}
