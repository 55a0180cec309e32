package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
)

// Store is what the hub needs from an engine.
type Store interface {
	fleet.Store
	jobs.Store
}

// The data of the tests: service shop, one release, one build of ten points.
const (
	points = 10
	lease  = time.Minute
)

// key returns an instance's id.
func key(n int) string { return fmt.Sprintf("%032x", n) }

// enrolment is the n-th process of the build.
func enrolment(n int) *fleet.Enrolment {
	labels := fleet.Labels{Env: "staging", Region: "th", App: "shop"}
	service := fleet.Service{ID: labels.ServiceID(), Labels: labels}
	release := fleet.Release{ID: "release-" + labels.App, ServiceID: service.ID, Revision: "845820727e", Branch: "master", Commit: "845820727e"}
	build := fleet.Build{ID: "build-1", ReleaseID: release.ID, Manifest: "digest-1", Points: points, Go: "go1.26.8", OS: "linux", Arch: "amd64"}
	return &fleet.Enrolment{
		Service: service, Release: release, Build: build, Age: time.Hour, Lease: lease,
		Instance: fleet.Instance{ID: key(n), BuildID: build.ID, ReleaseID: release.ID, Agent: fleet.AgentGoat, Host: fmt.Sprintf("shop-%d", n), PID: n},
	}
}

func register(t *testing.T, s Store, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		if _, err := s.Register(t.Context(), enrolment(n)); err != nil {
			t.Fatalf("registering instance %d: %v", n, err)
		}
	}
}

// push sends what instance n ran, and returns how many hits the store has.
func push(t *testing.T, s Store, n, from int, ids ...int) int {
	t.Helper()
	standing, err := s.Push(t.Context(), &fleet.Push{Instance: key(n), From: from, Points: ids, Lease: lease})
	if err != nil {
		t.Fatalf("pushing %v of instance %d: %v", ids, n, err)
	}
	return standing.Acked
}

// bitmap returns a set of ids.
func bitmap(ids ...int) fleet.Bitmap {
	b := fleet.Bitmap{}
	for _, id := range ids {
		b = b.Add(id)
	}
	return b
}

// must returns the result of a call that must not fail.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
