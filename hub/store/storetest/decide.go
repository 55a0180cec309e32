package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
)

// Excuses are rows that are only added. They go with their service.
func testExcuses(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1)
	service := enrolment(1).Service.ID
	until := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	for i, day := range []time.Time{until, until.AddDate(0, 1, 0), {}} {
		e := fleet.Excuse{Service: service, StableID: "0123456789abcdef", Place: "a.go:1 F", Reason: fmt.Sprint("because ", i), Person: "ann", Until: day, By: "ci"}
		added := must(s.AddExcuse(t.Context(), e))(t)
		if e.ID, e.At = added.ID, added.At; added != e || added.ID == 0 || time.Since(added.At).Abs() > time.Minute {
			t.Errorf("got %+v, want %+v with an id and the time", added, e)
		}
	}
	must(s.AddExcuse(t.Context(), fleet.Excuse{Service: "another", StableID: "0123456789abcdef", Reason: "r", Person: "p", Until: until}))(t)
	list := must(s.Excuses(t.Context(), service))(t)
	if len(list) != 3 || !list[0].Withdrawn() || !list[1].Until.Equal(until.AddDate(0, 1, 0)) || list[2].Reason != "because 0" || list[0].ID <= list[1].ID {
		t.Errorf("got %+v, want three rows, the newest first", list)
	}
	sweep(t, s, fleet.Retention{Release: time.Hour, Releases: 1, Covers: 10, AtOnce: 10})
	if list := must(s.Excuses(t.Context(), "another"))(t); len(list) != 0 {
		t.Errorf("got %+v of a service that does not exist, want none", list)
	}
	if list := must(s.Excuses(t.Context(), service))(t); len(list) != 3 {
		t.Errorf("got %+v, want the service's three rows still", list)
	}
	time.Sleep(3 * time.Millisecond)
	sweep(t, s, fleet.Retention{AtOnce: 10})
	sweep(t, s, fleet.Retention{AtOnce: 10})
	if list := must(s.Excuses(t.Context(), service))(t); len(list) != 0 {
		t.Errorf("got %+v, want the rows to go with the service", list)
	}
}

// Test runs of a release's commit come first. The same run again changes nothing.
func testTests(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	run := func(n int, module, commit string) fleet.TestRun {
		return fleet.TestRun{ID: key(n), Module: module, Name: "unit", URL: "https://ci.example.com/1", Commit: commit, Branch: "main", Points: 9, Ran: n, Scope: "app=shop", By: "ci"}
	}
	for n, r := range []fleet.TestRun{run(0, "m", "c1"), run(1, "m", "c2"), run(2, "m", "c3"), run(3, "other", "c1")} {
		if err := s.AddTests(t.Context(), r, bytes.Repeat([]byte{byte(n)}, 8*n)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Millisecond)
	}
	if err := s.AddTests(t.Context(), run(1, "changed", "changed"), []byte("changed!")); err != nil {
		t.Fatal(err)
	}
	list := must(s.Tests(t.Context(), "m", "c1", 2))(t)
	if len(list) != 2 || list[0].ID != key(0) || list[1].ID != key(2) || list[1].At.IsZero() {
		t.Fatalf("got %+v, want that of the commit and the newest other one", list)
	}
	want := run(2, "m", "c3")
	if want.At = list[1].At; list[1] != want {
		t.Errorf("got %+v, want %+v", list[1], want)
	}
	for n := range 3 {
		if ran := must(s.TestHits(t.Context(), key(n)))(t); !bytes.Equal(ran, bytes.Repeat([]byte{byte(n)}, 8*n)) {
			t.Errorf("run %d: got %x, want what was added first", n, ran)
		}
	}
	if _, err := s.TestHits(t.Context(), key(9)); !errors.Is(err, fleet.NotFound) {
		t.Errorf("got %v, want NotFound", err)
	}
	sweep(t, s, fleet.Retention{Release: time.Hour, AtOnce: 10})
	if list := must(s.Tests(t.Context(), "m", "", 10))(t); len(list) != 3 {
		t.Errorf("got %+v, want all three within the hour", list)
	}
	sweep(t, s, fleet.Retention{AtOnce: 10})
	if list := must(s.Tests(t.Context(), "m", "", 10))(t); len(list) != 0 {
		t.Errorf("got %+v, want none after their time", list)
	}
}

// A verdict stays since when it is; it goes with its release.
func testGates(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1)
	release := enrolment(1).Release.ID
	set := func(rows ...fleet.GateRow) {
		t.Helper()
		effect(t, s, func(tx fleet.Tx) error {
			for _, row := range rows {
				if err := tx.SetGate(row); err != nil {
					return err
				}
			}
			return nil
		})
		time.Sleep(3 * time.Millisecond)
	}
	set(fleet.GateRow{Release: release, Verdict: "failed", Why: "1 rule of 1 not met", Covered: 1, Missing: 2}, fleet.GateRow{Release: "none", Verdict: "failed"})
	first := must(s.Gates(t.Context()))(t)
	if len(first) != 1 || first[0].Release != release || first[0].Since.IsZero() || !first[0].Since.Equal(first[0].At) {
		t.Fatalf("got %+v, want one of the release that exists", first)
	}
	set(fleet.GateRow{Release: release, Verdict: "failed", Why: "still", Covered: 2, Missing: 1, Excused: 1})
	again := must(s.Gates(t.Context()))(t)[0]
	if !again.Since.Equal(first[0].Since) || !again.At.After(first[0].At) || again.Why != "still" || again.Covered != 2 || again.Missing != 1 || again.Excused != 1 {
		t.Errorf("got %+v, want new numbers and the time of %+v", again, first[0])
	}
	set(fleet.GateRow{Release: release, Verdict: "passed"})
	if passed := must(s.Gates(t.Context()))(t)[0]; !passed.Since.After(first[0].Since) {
		t.Errorf("got %+v, want a new time with a new verdict", passed)
	}
	sweep(t, s, fleet.Retention{AtOnce: 10})
	sweep(t, s, fleet.Retention{AtOnce: 10})
	if rows := must(s.Gates(t.Context()))(t); len(rows) != 0 {
		t.Errorf("got %+v, want none without a release", rows)
	}
}

// What a job notes once and schedules is written with its effect, or not at all.
func testNotices(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	tell := func(tx fleet.Tx) error {
		first, err := tx.Once("gate passed")
		if err != nil || !first {
			return err
		}
		return tx.Schedule("tell", "gate passed", "payload", 0)
	}
	if err := s.Schedule(t.Context(), "effect", "", "", 0); err != nil {
		t.Fatal(err)
	}
	late := claim(t, s, "effect")
	if err := s.Finish(t.Context(), late, jobs.Outcome{Effect: func(tx fleet.Tx) error {
		return errors.Join(tell(tx), errors.New("and then it breaks"))
	}}); err == nil {
		t.Fatal("got no error of a broken effect")
	}
	if j := must(s.Claim(t.Context(), []string{"tell"}, time.Minute))(t); j != nil {
		t.Errorf("got %+v of an effect that was not written", j)
	}
	finish(t, s, late, nil)
	for range 2 {
		effect(t, s, tell)
	}
	j := must(s.Claim(t.Context(), []string{"tell"}, time.Minute))(t)
	if j == nil || j.Key != "gate passed" || j.Payload != "payload" || j.Asked != 1 {
		t.Errorf("got %+v, want one job, asked for once", j)
	}
}

// effect writes an effect as a job does.
func effect(t *testing.T, s Store, write func(fleet.Tx) error) {
	t.Helper()
	if err := s.Schedule(t.Context(), "effect", "", "", 0); err != nil {
		t.Fatal(err)
	}
	finish(t, s, claim(t, s, "effect"), write)
}
