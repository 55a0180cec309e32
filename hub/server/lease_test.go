package server

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// release returns the hub's only release.
func (h *hub) release() releaseJSON {
	h.t.Helper()
	services := h.services()
	if len(services) != 1 {
		h.t.Fatalf("got %d services, want 1", len(services))
	}
	releases := h.releases(services[0].ID)
	if len(releases) != 1 {
		h.t.Fatalf("got %d releases, want 1", len(releases))
	}
	return releases[0]
}

// until waits for a condition.
func until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after a minute: not %s", what)
		}
	}
}

// A silent process is gone when its lease and a margin are over, and is live
// again at its next report. What it ran stays.
func TestStatesOfInstances(t *testing.T) {
	h := startHub(t, func(c *Config) { c.Lease = 400 * time.Millisecond })
	var got told
	h.post("/api/v1/instances", shop(1, "", 0), &got)
	if r := h.release(); r.State != "live" {
		t.Errorf("after registering: got %s, want live", r.State)
	}
	until(t, "none", func() bool { return h.release().State == "none" })
	if got := h.release().Instances; !cmp.Equal(got, map[string]int{"gone": 1}) {
		t.Errorf("got %v, want one gone", got)
	}

	h.post("/api/v1/instances/"+key(1)+"/points", document{"from": 0}, &got)
	if r := h.release(); r.State != "live" || r.Instances["live"] != 1 {
		t.Errorf("after a heartbeat: got %+v, want live", r)
	}
	until(t, "last seen", func() bool { return h.release().State == "last-seen" })

	// Heartbeats renew the lease, although most of them are answered without a
	// write.
	end := time.Now().Add(1500 * time.Millisecond)
	for time.Now().Before(end) {
		h.post("/api/v1/instances/"+key(1)+"/points", document{"from": 0}, &got)
		if r := h.release(); r.State != "live" {
			t.Fatalf("with heartbeats: got %s, want live", r.State)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// A command that falls silent has ended and is not a dead instance, and so has
// one that says so.
func TestEndedInstances(t *testing.T) {
	h := startHub(t, func(c *Config) { c.Lease = 400 * time.Millisecond })
	var got told
	digest, _ := manifestOf(3)
	run := shop(1, digest, 3)
	run["short"] = true
	h.post("/api/v1/instances", run, &got)
	h.post("/api/v1/instances", shop(2, digest, 3), &got)
	h.post("/api/v1/instances/"+key(2)+"/points", document{"from": 0, "ids": []int{1}, "end": true}, &got)
	if got := h.release().Instances; !cmp.Equal(got, map[string]int{"live": 1, "ended": 1}) {
		t.Errorf("got %v, want one live and one ended", got)
	}
	until(t, "ended", func() bool { return h.release().Instances["ended"] == 2 })
	if r := h.release(); r.State != "last-seen" || r.Covered != 1 {
		t.Errorf("got %+v, want last seen with a point", r)
	}
}

// An instance may report to either of two replicas, and neither takes it for
// gone.
func TestHeartbeatsAtTwoReplicas(t *testing.T) {
	root := t.TempDir()
	settings := func(c *Config) { c.Root, c.Lease = root, 600*time.Millisecond }
	replicas := []*hub{startHub(t, settings), startHub(t, settings)}
	var got told
	replicas[0].post("/api/v1/instances", shop(1, "", 0), &got)
	for i := range 40 {
		h := replicas[i/10%2]
		h.post("/api/v1/instances/"+key(1)+"/points", document{"from": 0}, &got)
		if r := replicas[(i+1)%2].release(); r.State != "live" {
			t.Fatalf("heartbeat %d: got %s, want live", i, r.State)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
