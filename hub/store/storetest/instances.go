package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/goat-trace/goat/hub/fleet"
)

func testRegister(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	e := enrolment(1)
	got, err := s.Register(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if want := (fleet.Standing{WantManifest: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	now := must(s.Now(t.Context()))(t)
	if diff := cmp.Diff([]fleet.Service{e.Service}, must(s.Services(t.Context()))(t), cmpopts.IgnoreFields(fleet.Service{}, "FirstSeen")); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(e.Release, must(s.Release(t.Context(), e.Release.ID))(t), cmpopts.IgnoreFields(fleet.Release{}, "FirstSeen")); diff != "" {
		t.Errorf("release (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]fleet.Build{e.Build}, must(s.Builds(t.Context(), e.Release.ID))(t), cmpopts.IgnoreFields(fleet.Build{}, "FirstSeen"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("builds (-want +got):\n%s", diff)
	}
	want := e.Instance
	want.State = fleet.Live
	want.Started, want.Registered, want.Seen, want.Since, want.LeaseUntil = now.Add(-e.Age), now, now, now, now.Add(lease)
	got1 := must(s.Instances(t.Context(), e.Release.ID))(t)
	if diff := cmp.Diff([]fleet.Instance{want}, got1, cmpopts.EquateApproxTime(5*time.Second), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("instances (-want +got):\n%s", diff)
	}
	if _, err := s.Service(t.Context(), "nobody"); !errors.Is(err, fleet.NotFound) {
		t.Errorf("unknown service: got %v, want NotFound", err)
	}

	if err := s.AddManifest(t.Context(), fleet.ManifestRow{Digest: e.Build.Manifest, Points: points, Size: 100}); err != nil {
		t.Fatal(err)
	}
	if got := must(s.Register(t.Context(), enrolment(2)))(t); got.WantManifest {
		t.Error("a manifest that is there is wanted")
	}
}

func testRegisterAgain(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1)
	push(t, s, 1, 0, 3, 4)
	before := must(s.Instances(t.Context(), enrolment(1).Release.ID))(t)
	got := must(s.Register(t.Context(), enrolment(1)))(t)
	if got.Acked != 2 {
		t.Errorf("got %d hits acked, want 2", got.Acked)
	}
	after := must(s.Instances(t.Context(), enrolment(1).Release.ID))(t)
	if diff := cmp.Diff(before, after, cmpopts.IgnoreFields(fleet.Instance{}, "Seen", "LeaseUntil")); diff != "" {
		t.Errorf("registering again changed the instance (-before +after):\n%s", diff)
	}
	other := enrolment(1)
	other.Build.ID, other.Instance.BuildID = "build-2", "build-2"
	if _, err := s.Register(t.Context(), other); !errors.Is(err, fleet.Conflict) {
		t.Errorf("the key of another build's process: got %v, want Conflict", err)
	}
}

func testPush(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1, 2)
	p := &fleet.Push{Instance: key(1), Points: []int{7, 2}, Ages: []time.Duration{time.Minute, 0}, Routes: []string{"POST /refund", ""}, Lease: lease}
	if got := must(s.Push(t.Context(), p))(t); got.Acked != 2 {
		t.Errorf("got %d acked, want 2", got.Acked)
	}
	if got := push(t, s, 2, 0, 2, 9); got != 2 {
		t.Errorf("got %d acked, want 2", got)
	}
	now := must(s.Now(t.Context()))(t)
	build := must(s.Builds(t.Context(), enrolment(1).Release.ID))(t)[0]
	if !cmp.Equal(build.Covered, bitmap(2, 7, 9)) || build.Ran != 3 {
		t.Errorf("got the union %b of %d points, want 2, 7 and 9", build.Covered, build.Ran)
	}
	instances := must(s.Instances(t.Context(), enrolment(1).Release.ID))(t)
	if !cmp.Equal(instances[0].Covered, bitmap(2, 7)) || !instances[0].Measured {
		t.Errorf("got %+v, want points 2 and 7, measured", instances[0])
	}
	day := int(now.Unix() / 86400)
	want := []fleet.FirstHit{
		{Point: 2, At: now, Instance: key(1), LastDay: day},
		{Point: 7, At: now.Add(-time.Minute), Instance: key(1), Route: "POST /refund", LastDay: int(now.Add(-time.Minute).Unix() / 86400)},
		{Point: 9, At: now, Instance: key(2), LastDay: day},
	}
	if diff := cmp.Diff(want, must(s.FirstHits(t.Context(), build.ID))(t), cmpopts.EquateApproxTime(5*time.Second)); diff != "" {
		t.Errorf("first hits (-want +got):\n%s", diff)
	}
}

// Pushes may arrive in any order and repeatedly; the result is the same.
func testPushInAnyOrder(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1, 2)
	if got := push(t, s, 1, 2, 5); got != 0 {
		t.Errorf("hits 3: got %d acked, want 0, for 1 and 2 are missing", got)
	}
	if got := push(t, s, 1, 0, 1, 2); got != 2 {
		t.Errorf("hits 1 and 2: got %d acked, want 2", got)
	}
	for range 2 {
		if got := push(t, s, 1, 0, 1, 2, 5); got != 3 {
			t.Errorf("hits 1 to 3: got %d acked, want 3", got)
		}
	}
	if got := push(t, s, 1, 1, 2); got != 3 {
		t.Errorf("hit 2 again: got %d acked, want 3", got)
	}
	// What another process ran earlier and reports later is the first hit.
	early := &fleet.Push{Instance: key(2), Points: []int{5}, Ages: []time.Duration{time.Hour}, Routes: []string{"GET /early"}, Lease: lease}
	must(s.Push(t.Context(), early))(t)
	late := &fleet.Push{Instance: key(1), Points: []int{5}, Ages: []time.Duration{time.Minute}, Routes: []string{"GET /late"}, Lease: lease}
	must(s.Push(t.Context(), late))(t)
	hits := must(s.FirstHits(t.Context(), "build-1"))(t)
	if len(hits) != 3 || hits[2].Instance != key(2) || hits[2].Route != "GET /early" {
		t.Errorf("got %+v, want point 5 first run an hour ago by GET /early", hits)
	}
}

func testPushRefused(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	if _, err := s.Push(t.Context(), &fleet.Push{Instance: key(1), Lease: lease}); !errors.Is(err, fleet.UnknownInstance) {
		t.Errorf("got %v, want UnknownInstance", err)
	}
	register(t, s, 1)
	if _, err := s.Push(t.Context(), &fleet.Push{Instance: key(1), Points: []int{1, points + 1}, Lease: lease}); !errors.Is(err, fleet.Invalid) {
		t.Errorf("got %v, want Invalid", err)
	}
	if i := must(s.Instances(t.Context(), enrolment(1).Release.ID))(t)[0]; i.Covered.Len() != 0 || i.Acked != 0 {
		t.Errorf("got %+v, want nothing of the refused push", i)
	}
}

// Two stores on the same data, with many callers each, lose nothing.
func testPushAtOnce(t *testing.T, open func(*testing.T) Store) {
	stores := []Store{open(t), open(t)}
	const processes = 20
	var all sync.WaitGroup
	failed := make(chan error, 2*processes)
	for n := range processes {
		register(t, stores[n%2], n)
		for i, s := range stores {
			all.Go(func() {
				for id := 1 + i; id <= points; id += 2 {
					p := &fleet.Push{Instance: key(n), Points: []int{id}, Lease: lease}
					if _, err := s.Push(t.Context(), p); err != nil {
						failed <- fmt.Errorf("pushing %d of %d: %w", id, n, err)
						return
					}
				}
			})
		}
	}
	all.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	for _, i := range must(stores[0].Instances(t.Context(), enrolment(1).Release.ID))(t) {
		if i.Covered.Len() != points {
			t.Errorf("instance %s: got %d points, want %d", i.ID, i.Covered.Len(), points)
		}
	}
	if b := must(stores[1].Builds(t.Context(), enrolment(1).Release.ID))(t)[0]; b.Ran != points || b.Covered.Len() != points {
		t.Errorf("got %d points in the union, want %d", b.Covered.Len(), points)
	}
}

func testLastDay(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1)
	old := &fleet.Push{Instance: key(1), Points: []int{1, 2}, Ages: []time.Duration{72 * time.Hour, 72 * time.Hour}, Lease: lease}
	must(s.Push(t.Context(), old))(t)
	must(s.Push(t.Context(), &fleet.Push{Instance: key(1), From: 2, Again: []int{2}, Lease: lease}))(t)
	hits := must(s.FirstHits(t.Context(), "build-1"))(t)
	today := int(must(s.Now(t.Context()))(t).Unix() / 86400)
	if hits[0].LastDay != today-3 || hits[1].LastDay != today {
		t.Errorf("got last days %d and %d, want %d and %d", hits[0].LastDay, hits[1].LastDay, today-3, today)
	}
	must(s.Push(t.Context(), &fleet.Push{Instance: key(1), From: 2, Again: []int{5}, Lease: lease}))(t) // its first hit was lost
	if i := must(s.Instances(t.Context(), enrolment(1).Release.ID))(t)[0]; !cmp.Equal(i.Covered, bitmap(1, 2, 5)) || i.Acked != 2 {
		t.Errorf("got points %b and %d hits, want 1, 2 and 5, and 2 hits", i.Covered, i.Acked)
	}
	if age := time.Since(hits[1].At); age < 71*time.Hour {
		t.Errorf("the first hit of point 2 is %v ago, want three days", age)
	}
}

func testRestart(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1, 2)
	push(t, s, 1, 0, 1, 2)
	s = open(t)
	if got := push(t, s, 2, 0, 2, 3); got != 2 {
		t.Errorf("got %d acked, want 2", got)
	}
	if b := must(s.Builds(t.Context(), enrolment(1).Release.ID))(t)[0]; !cmp.Equal(b.Covered, bitmap(1, 2, 3)) {
		t.Errorf("got the union %b, want points 1 to 3", b.Covered)
	}
	if hits := must(s.FirstHits(t.Context(), "build-1"))(t); len(hits) != 3 || hits[1].Instance != key(1) {
		t.Errorf("got %+v, want three points, the second first run by instance 1", hits)
	}
}

func testSilent(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	for n := 1; n <= 2; n++ {
		e := enrolment(n)
		e.Lease = time.Duration(n-1) * time.Hour // the first one's is over at once
		must(s.Register(t.Context(), e))(t)
	}
	time.Sleep(20 * time.Millisecond)
	silent := must(s.Silent(t.Context(), 10*time.Millisecond, 10))(t)
	if len(silent) != 1 || silent[0].ID != key(1) {
		t.Fatalf("got %+v, want instance 1", silent)
	}
	if got := must(s.Silent(t.Context(), time.Hour, 10))(t); len(got) != 0 {
		t.Errorf("with a margin of an hour: got %+v, want none", got)
	}

	judge := func(v fleet.Verdict) {
		t.Helper()
		if err := s.Schedule(t.Context(), "judge", "", "", 0); err != nil {
			t.Fatal(err)
		}
		finish(t, s, claim(t, s, "judge"), func(tx fleet.Tx) error { return tx.Judge(v) })
	}
	judge(fleet.Verdict{Instance: key(1), State: fleet.Gone, Probes: 2})
	judge(fleet.Verdict{Instance: key(2), State: fleet.Gone, Probes: 2}) // it has reported since
	instances := must(s.Instances(t.Context(), enrolment(1).Release.ID))(t)
	if instances[0].State != fleet.Gone || instances[0].Probes != 2 || instances[1].State != fleet.Live {
		t.Errorf("got %+v, want the first gone and the second live", instances)
	}
	if got := must(s.Silent(t.Context(), 0, 10))(t); len(got) != 0 {
		t.Errorf("got %+v, want none: who is gone is not silent", got)
	}
	push(t, s, 1, 0)
	if i := must(s.Instances(t.Context(), enrolment(1).Release.ID))(t)[0]; i.State != fleet.Live || i.Probes != 0 {
		t.Errorf("got %+v, want instance 1 live again", i)
	}
}

func testSummaries(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1, 2, 3)
	push(t, s, 1, 0, 1, 2)
	must(s.Push(t.Context(), &fleet.Push{Instance: key(2), Points: []int{2}, End: true, Lease: lease}))(t)
	want := []fleet.Summary{{
		Release: enrolment(1).Release.ID, Builds: 1, Points: points, Ran: 2, Measured: 2,
		Instances: map[fleet.InstanceState]int{fleet.Live: 2, fleet.Ended: 1},
	}}
	for _, service := range []string{"", enrolment(1).Service.ID} {
		if diff := cmp.Diff(want, must(s.Summaries(t.Context(), service))(t)); diff != "" {
			t.Errorf("summaries of %q (-want +got):\n%s", service, diff)
		}
	}
	if got := must(s.Summaries(t.Context(), "another"))(t); len(got) != 0 {
		t.Errorf("got %+v of a service that is not there, want none", got)
	}
}

// An instance that is asked for is told so once, and its next report is the
// answer.
func testAsk(t *testing.T, open func(*testing.T) Store) {
	s, other := open(t), open(t)
	register(t, s, 1, 2, 3)
	must(s.Push(t.Context(), &fleet.Push{Instance: key(3), End: true, Lease: lease}))(t)
	service := enrolment(1).Service.ID
	if got := must(s.Ask(t.Context(), service, time.Minute))(t); got != 2 {
		t.Errorf("got %d asked, want the two live ones", got)
	}
	heartbeat := func(s Store, n int) bool {
		return must(s.Push(t.Context(), &fleet.Push{Instance: key(n), Lease: lease}))(t).Sync
	}
	if !heartbeat(other, 1) || heartbeat(s, 1) || heartbeat(s, 1) {
		t.Error("instance 1 has to be told once")
	}
	for _, name := range []string{"", service} {
		if diff := cmp.Diff([]string{key(2)}, must(other.Asked(t.Context(), name))(t)); diff != "" {
			t.Errorf("asked of %q (-want +got):\n%s", name, diff)
		}
	}
	if !heartbeat(s, 2) || heartbeat(other, 2) {
		t.Error("instance 2 has to be told once")
	}
	if got := must(s.Asked(t.Context(), ""))(t); len(got) != 0 {
		t.Errorf("got %v, want nobody", got)
	}
}
