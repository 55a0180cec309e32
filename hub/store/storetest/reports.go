package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Counters belong to their release, also when their instance is not kept any
// more, and say that it is to be measured.
func testCountersOfRelease(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1, 2)
	release := enrolment(1).Release.ID
	for _, n := range []int{1, 2, 1} {
		if err := s.AddCounters(t.Context(), fleet.Counters{Instance: key(n), Covmeta: "meta", Size: int64(n)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AddCounters(t.Context(), fleet.Counters{Instance: key(9), Covmeta: "meta"}); !errors.Is(err, fleet.UnknownInstance) {
		t.Errorf("counters of nobody: got %v, want UnknownInstance", err)
	}
	list := must(s.CountersOf(t.Context(), release))(t)
	if len(list) != 2 || list[0].Instance != key(1) || list[0].Release != release || list[1].Size != 2 || !list[0].At.After(time.Now().Add(-time.Minute)) {
		t.Errorf("got %+v, want those of two instances, by instance", list)
	}
	if got := must(s.Unmeasured(t.Context(), 0, 10))(t); len(got) != 1 || got[0] != release {
		t.Errorf("got %v unmeasured, want the release", got)
	}
	newest := list[0].At
	if list[1].At.After(newest) {
		newest = list[1].At
	}
	if err := s.Record(t.Context(), release, newest, &fleet.Cover{Release: release, Total: 50, Digest: "d"}); err != nil {
		t.Fatal(err)
	}
	if got := must(s.Unmeasured(t.Context(), 0, 10))(t); len(got) != 0 {
		t.Errorf("got %v unmeasured, want none: nothing has come since", got)
	}
	if err := s.AddCounters(t.Context(), fleet.Counters{Instance: key(2), Covmeta: "meta", Size: 3}); err != nil {
		t.Fatal(err)
	}
	if got := must(s.Unmeasured(t.Context(), time.Hour, 10))(t); len(got) != 0 {
		t.Errorf("got %v unmeasured, want none within the hour", got)
	}
	time.Sleep(3 * time.Millisecond)
	if got := must(s.Unmeasured(t.Context(), time.Millisecond, 10))(t); len(got) != 1 {
		t.Errorf("got %v unmeasured, want the release again", got)
	}
	must(s.Push(t.Context(), &fleet.Push{Instance: key(1), End: true, Lease: lease}))(t)
	time.Sleep(3 * time.Millisecond)
	if got := sweep(t, s, fleet.Retention{Release: time.Hour, Releases: 1, Covers: 10, AtOnce: 10}); got.Instances != 1 {
		t.Errorf("got %+v, want an instance removed", got)
	}
	if list := must(s.CountersOf(t.Context(), release))(t); len(list) != 2 {
		t.Errorf("got %+v, want the counters of both instances still", list)
	}
	swept := sweep(t, s, fleet.Retention{AtOnce: 10})
	if len(swept.Counters) != 2 {
		t.Errorf("got %+v, want the counters' blobs to be removed with the release", swept)
	}
}

// A row of a history is found by its id, and with the latest ones of all releases.
func testLatestCovers(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	for n := 1; n <= 2; n++ {
		must(s.Register(t.Context(), ofRelease(n)))(t)
		for total := range 3 {
			c := fleet.Cover{Release: ofRelease(n).Release.ID, File: "f", Total: float64(10*n + total), Digest: "d"}
			if err := s.AddCover(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, service := range []string{"", enrolment(1).Service.ID} {
		latest := must(s.LatestCovers(t.Context(), service))(t)
		totals := map[string]float64{}
		for _, c := range latest {
			totals[c.Release] = c.Total
			if one := must(s.Cover(t.Context(), c.ID))(t); one != c || !one.Latest || one.Digest != "d" {
				t.Errorf("got %+v alone, want %+v", one, c)
			}
		}
		if len(latest) != 2 || totals["release-1"] != 12 || totals["release-2"] != 22 {
			t.Errorf("service %q: got %+v, want the third row of each release", service, latest)
		}
	}
	if got := must(s.LatestCovers(t.Context(), "none"))(t); len(got) != 0 {
		t.Errorf("got %+v of no service, want none", got)
	}
	if _, err := s.Cover(t.Context(), 99); !errors.Is(err, fleet.NotFound) {
		t.Errorf("got %v, want NotFound", err)
	}
	swept := sweep(t, s, fleet.Retention{Release: time.Hour, Releases: 9, Covers: 1, AtOnce: 10})
	if len(swept.Files) != 4 {
		t.Errorf("got %+v, want the files of four rows to be removed", swept)
	}
}

// A baseline counts until it is undone; then the one before it does. Nothing of it
// is erased.
func testBaselines(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1)
	release := enrolment(1).Release.ID
	for _, by := range []string{"ann", "bob"} {
		if err := s.SetBaseline(t.Context(), fleet.Baseline{Release: release, By: by, File: "baselines/" + by}); err != nil {
			t.Fatal(err)
		}
	}
	list := must(s.Baselines(t.Context(), release))(t)
	if len(list) != 2 || list[0].By != "bob" || list[1].File != "baselines/ann" || list[0].At.IsZero() || !list[0].Undone.IsZero() {
		t.Fatalf("got %+v, want bob's and ann's", list)
	}
	if err := s.UndoBaseline(t.Context(), release, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := s.UndoBaseline(t.Context(), release, list[0].ID); !errors.Is(err, fleet.NotFound) {
		t.Errorf("undoing twice: got %v, want NotFound", err)
	}
	if err := s.UndoBaseline(t.Context(), "another", list[1].ID); !errors.Is(err, fleet.NotFound) {
		t.Errorf("undoing another release's: got %v, want NotFound", err)
	}
	if list = must(s.Baselines(t.Context(), release))(t); len(list) != 2 || list[0].Undone.IsZero() || !list[1].Undone.IsZero() {
		t.Errorf("got %+v, want both, bob's undone", list)
	}
	if err := s.SetBaseline(t.Context(), fleet.Baseline{Release: "none"}); !errors.Is(err, fleet.NotFound) {
		t.Errorf("got %v, want NotFound", err)
	}
	if swept := sweep(t, s, fleet.Retention{AtOnce: 10}); len(swept.Files) != 2 {
		t.Errorf("got %+v, want both files to be removed with the release", swept)
	}
}

// Each number is given out once, whichever replica asks.
func testNumbers(t *testing.T, open func(*testing.T) Store) {
	stores := []Store{open(t), open(t)}
	const each = 50
	type given struct {
		n   int64
		err error
	}
	numbers := make(chan given)
	for _, s := range stores {
		go func() {
			for range each {
				n, err := s.Number(t.Context(), "profiles of shop")
				numbers <- given{n, err}
			}
		}()
	}
	seen := map[int64]bool{}
	for range len(stores) * each {
		g := <-numbers
		if g.err != nil || seen[g.n] || g.n < 1 || g.n > int64(len(stores)*each) {
			t.Errorf("got %d and %v, want each of 1 to %d once", g.n, g.err, len(stores)*each)
		}
		seen[g.n] = true
	}
	if n := must(stores[0].Number(t.Context(), "another"))(t); n != 1 {
		t.Errorf("got %d, want 1 under another name", n)
	}
}

// Instances are found by their address, and releases tell those that are up.
func testAddresses(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	for n := 1; n <= 3; n++ {
		e := enrolment(n)
		e.Instance.Address = "http://10.0.0.1:80"
		if n == 3 {
			e.Instance.Address = "http://10.0.0.3:80"
		}
		must(s.Register(t.Context(), e))(t)
	}
	time.Sleep(3 * time.Millisecond)
	push(t, s, 2, 0, 1)
	if list := must(s.InstancesAt(t.Context(), "http://10.0.0.1:80"))(t); len(list) != 2 || list[0].ID != key(2) {
		t.Errorf("got %+v, want two instances, the second one first", list)
	}
	must(s.Push(t.Context(), &fleet.Push{Instance: key(3), End: true, Lease: lease}))(t)
	if got := must(s.Addresses(t.Context()))(t)[enrolment(1).Release.ID]; len(got) != 1 || got[0] != "http://10.0.0.1:80" {
		t.Errorf("got %v, want the address of those that are up, once", got)
	}
}
