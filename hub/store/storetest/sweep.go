package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// sweep removes what r does not keep, as the retention job does.
func sweep(t *testing.T, s Store, r fleet.Retention) (swept fleet.Swept) {
	t.Helper()
	if err := s.Schedule(t.Context(), "sweep", "", "", 0); err != nil {
		t.Fatal(err)
	}
	finish(t, s, claim(t, s, "sweep"), func(tx fleet.Tx) (err error) {
		swept, err = tx.Sweep(r)
		return err
	})
	return swept
}

// ofRelease is a process of the n-th release.
func ofRelease(n int) *fleet.Enrolment {
	e := enrolment(n)
	e.Release.ID, e.Release.Revision = fmt.Sprint("release-", n), fmt.Sprint("revision-", n)
	e.Build.ID, e.Build.ReleaseID = fmt.Sprint("build-", n), e.Release.ID
	e.Instance.BuildID, e.Instance.ReleaseID = e.Build.ID, e.Release.ID
	return e
}

func testSweep(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	for n := 1; n <= 4; n++ {
		must(s.Register(t.Context(), ofRelease(n)))(t)
		push(t, s, n, 0, n)
		if err := s.AddCover(t.Context(), fleet.Cover{Release: ofRelease(n).Release.ID}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Millisecond)
	}
	must(s.Push(t.Context(), &fleet.Push{Instance: key(4), From: 1, End: true, Lease: lease}))(t)
	time.Sleep(3 * time.Millisecond)

	keep := fleet.Retention{Release: time.Hour, Releases: 1, Instance: time.Hour, Covers: 10, AtOnce: 10}
	if got := sweep(t, s, keep); got.Releases != 0 || got.Instances != 0 {
		t.Errorf("within the hour: got %+v, want nothing removed", got)
	}
	keep.Release, keep.Releases = 0, 3
	if got := sweep(t, s, keep); got.Releases != 1 {
		t.Errorf("got %+v, want one release removed, three are kept", got)
	}
	service := enrolment(1).Service.ID
	releases := must(s.Releases(t.Context(), service))(t)
	if len(releases) != 3 || releases[2].ID != "release-2" {
		t.Errorf("got %+v, want releases 4, 3 and 2", releases)
	}
	if hits := must(s.FirstHits(t.Context(), "build-1"))(t); len(hits) != 0 {
		t.Errorf("got %+v, want no hits of a removed release", hits)
	}
	if _, err := s.Push(t.Context(), &fleet.Push{Instance: key(1), Lease: lease}); !errors.Is(err, fleet.UnknownInstance) {
		t.Errorf("got %v, want UnknownInstance for one of a removed release", err)
	}

	keep.Instance = 0
	if got := sweep(t, s, keep); got.Instances != 1 {
		t.Errorf("got %+v, want the ended instance removed and no other", got)
	}
	if b := must(s.Builds(t.Context(), "release-4"))(t)[0]; b.Ran != 1 {
		t.Errorf("got %d points of the build, want 1: what its instance ran stays", b.Ran)
	}
	if got := sweep(t, s, fleet.Retention{AtOnce: 10}); got.Releases != 3 {
		t.Errorf("got %+v, want three releases removed", got)
	}
	if services := must(s.Services(t.Context()))(t); len(services) != 0 {
		t.Errorf("got %+v, want no service without a release", services)
	}
}

// What one replica removed is created again by another that still remembers it.
func testSweepAndRegister(t *testing.T, open func(*testing.T) Store) {
	s, other := open(t), open(t)
	register(t, s, 1)
	push(t, s, 1, 0, 1, 2)
	time.Sleep(3 * time.Millisecond)
	sweep(t, other, fleet.Retention{AtOnce: 10})
	register(t, s, 1)
	if got := push(t, s, 1, 0, 1, 2); got != 2 {
		t.Errorf("got %d acked, want 2", got)
	}
	if services := must(s.Services(t.Context()))(t); len(services) != 1 {
		t.Errorf("got %d services, want 1", len(services))
	}
	if b := must(s.Builds(t.Context(), enrolment(1).Release.ID))(t); len(b) != 1 || b[0].Ran != 2 {
		t.Errorf("got %+v, want the build with two points", b)
	}
	if hits := must(s.FirstHits(t.Context(), "build-1"))(t); len(hits) != 2 {
		t.Errorf("got %+v, want two hits", hits)
	}
}
