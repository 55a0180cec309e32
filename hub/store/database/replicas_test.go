package database_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
	"github.com/goat-trace/goat/hub/store/database"
)

// TestMain makes this test binary a replica if a test starts it as one.
func TestMain(m *testing.M) {
	if name := os.Getenv("REPLICA_OF"); name != "" {
		if err := replica(name, os.Getenv("REPLICA_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// replica does jobs until it is killed. Each takes a while, so that most kills
// interrupt some.
func replica(name, dir string) error {
	ctx := context.Background()
	d, err := database.Named(name, dir, "")
	if err != nil {
		return err
	}
	s, err := d.Open(ctx)
	if err != nil {
		return err
	}
	r := &jobs.Runner{
		Store: s, Workers: 4, Lease: 500 * time.Millisecond, Poll: 20 * time.Millisecond, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Handlers: map[string]jobs.Handler{"report": func(_ context.Context, j *jobs.Job) (jobs.Outcome, error) {
			time.Sleep(10 * time.Millisecond)
			return jobs.Outcome{Effect: func(tx fleet.Tx) error {
				return tx.AddCover(fleet.Cover{Release: j.Payload, Addresses: j.Key})
			}}, nil
		}},
	}
	r.Run(ctx)
	return nil
}

// Three processes do jobs with one database, and two are killed meanwhile. No job
// is lost, and none is done twice.
func TestReplicasKilled(t *testing.T) {
	for engine, empty := range engines {
		t.Run(engine, func(t *testing.T) {
			name, dir := empty(t)
			testReplicasKilled(t, name, dir)
		})
	}
}

func testReplicasKilled(t *testing.T, name, dir string) {
	d, err := database.Named(name, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, d)
	labels := fleet.Labels{App: "shop"}
	e := &fleet.Enrolment{
		Service:  fleet.Service{ID: labels.ServiceID(), Labels: labels},
		Release:  fleet.Release{ID: "release", ServiceID: labels.ServiceID(), Revision: "1"},
		Build:    fleet.Build{ID: "build", ReleaseID: "release"},
		Instance: fleet.Instance{ID: "instance", BuildID: "build", ReleaseID: "release"},
	}
	if _, err := s.Register(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	const n = 400
	for i := range n {
		if err := s.Schedule(t.Context(), "report", fmt.Sprint(i), "release", 0); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var replicas []*exec.Cmd
	for range 3 {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), "REPLICA_OF="+name, "REPLICA_DIR="+dir)
		cmd.Stderr = t.Output()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			cmd.Process.Kill()
			cmd.Wait()
		})
		replicas = append(replicas, cmd)
	}
	done := func() []fleet.CoverRow {
		rows, err := s.Covers(t.Context(), "release", 0, 2*n)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	wait := func(many int) {
		for end := time.Now().Add(2 * time.Minute); len(done()) < many; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d of %d jobs are done after two minutes", len(done()), many)
			}
		}
	}
	for i, at := range []int{n / 10, n / 3} {
		wait(at)
		replicas[i].Process.Kill()
		t.Logf("replica %d was killed after %d jobs", i, len(done()))
	}
	wait(n)
	time.Sleep(time.Second) // whatever would be done twice is done by then
	times := map[string]int{}
	for _, row := range done() {
		times[row.Addresses]++
	}
	for i := range n {
		if got := times[fmt.Sprint(i)]; got != 1 {
			t.Errorf("job %d was done %d times, want once", i, got)
		}
	}
}
