package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
	"github.com/goat-trace/goat/hub/store/blobs/disk"
	"github.com/goat-trace/goat/hub/store/sqlite"
)

// answers is a prober that knows who answers. The others may use up all the
// time.
type answers struct {
	mu    sync.Mutex
	up    map[string]bool
	looks map[string]int
}

func (a *answers) Probe(ctx context.Context, i fleet.Instance) bool {
	a.mu.Lock()
	a.looks[i.ID]++
	up := a.up[i.ID]
	a.mu.Unlock()
	if !up {
		<-ctx.Done() // a host that is switched off does not answer
	}
	return up
}

func (a *answers) set(id string, up bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.up[id] = up
}

// An agent that can be asked is unreachable while it answers, and gone when two
// probes in a row have found nobody. Dead agents do not delay the others.
func TestWatchDogAsks(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "sqlite.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	blobs, err := disk.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	prober := &answers{up: map[string]bool{}, looks: map[string]int{}}
	f := fleet.New(fleet.Options{Store: store, Blobs: blobs, Lease: 200 * time.Millisecond, Probers: map[fleet.Agent]fleet.Prober{fleet.AgentGocV1: prober}})
	const dead = 40
	key := func(n int) string { return fmt.Sprintf("%032x", n) }
	var release string
	for n := range dead + 1 {
		r := &fleet.Registration{Key: key(n), Labels: fleet.Labels{App: "echoserver"}, Version: "v1", Agent: fleet.AgentGocV1, Address: "http://127.0.0.1:1"}
		if _, err := f.Register(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	prober.set(key(dead), true)
	services, err := f.Services(t.Context())
	if err != nil || len(services) != 1 {
		t.Fatalf("got %v and %v, want one service", services, err)
	}
	releases, err := f.Releases(t.Context(), services[0].ID)
	if err != nil || len(releases) != 1 {
		t.Fatalf("got %v and %v, want one release", releases, err)
	}
	release = releases[0].ID

	if err := store.Schedule(t.Context(), jobs.KindWatchDog, "", "", 0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	runner := jobs.Runner{
		Store: store, Workers: 1, Lease: time.Minute, Poll: 10 * time.Millisecond, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Handlers: map[string]jobs.Handler{jobs.KindWatchDog: jobs.WatchDog(f)},
	}
	var running sync.WaitGroup
	running.Go(func() { runner.Run(ctx) })
	defer running.Wait()
	defer stop()

	in := func(state fleet.InstanceState) int {
		v, err := f.Release(t.Context(), release)
		if err != nil {
			t.Fatal(err)
		}
		return v.In(state)
	}
	begin := time.Now()
	until := func(what string, condition func() bool) {
		t.Helper()
		for !condition() {
			if time.Since(begin) > 50*time.Second {
				t.Fatalf("not %s after %v; %d live, %d unreachable, %d gone", what, time.Since(begin), in(fleet.Live), in(fleet.Unreachable), in(fleet.Gone))
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	until("unreachable", func() bool { return in(fleet.Unreachable) == 1 })
	if v, err := f.Release(t.Context(), release); err != nil || v.Summary.State() == fleet.StateNone {
		t.Errorf("got %v and %v, want a state that says that somebody is there", v.Summary.State(), err)
	}
	until("gone", func() bool { return in(fleet.Gone) == dead })
	if took := time.Since(begin); took > 40*time.Second {
		t.Errorf("%d dead instances took %v, want two rounds of few looks each", dead, took)
	}
	prober.mu.Lock()
	for n := range dead {
		if prober.looks[key(n)] < 2 {
			t.Errorf("instance %d is gone after %d looks, want two", n, prober.looks[key(n)])
		}
	}
	prober.mu.Unlock()
	if in(fleet.Unreachable) != 1 {
		t.Error("the one that answers is not unreachable any more")
	}
	// Any report makes it live.
	if _, err := f.Push(t.Context(), &fleet.Push{Instance: key(0)}); err != nil {
		t.Fatal(err)
	}
	if in(fleet.Live) != 1 {
		t.Errorf("got %d live, want the one that pushed", in(fleet.Live))
	}
}

// A job that fails or panics is tried again later.
func TestRunnerFails(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "sqlite.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, key := range []string{"fails", "panics", "works"} {
		if err := store.Schedule(t.Context(), "report", key, "", 0); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan string, 10)
	runner := jobs.Runner{
		Store: store, Workers: 2, Lease: time.Minute, Poll: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
		Handlers: map[string]jobs.Handler{"report": func(_ context.Context, j *jobs.Job) (jobs.Outcome, error) {
			done <- fmt.Sprint(j.Key, " ", j.Attempt)
			switch j.Key {
			case "fails":
				return jobs.Outcome{}, fmt.Errorf("no luck")
			case "panics":
				panic("no luck at all")
			}
			return jobs.Outcome{}, nil
		}},
	}
	var running sync.WaitGroup
	running.Go(func() { runner.Run(ctx) })
	seen := map[string]int{}
	for range 4 { // three concurrently, and one of them again after 2.5 to 5 s
		select {
		case what := <-done:
			seen[what]++
		case <-time.After(30 * time.Second):
			t.Fatalf("got %v, want a second attempt", seen)
		}
	}
	stop()
	running.Wait()
	if seen["fails 1"] != 1 || seen["panics 1"] != 1 || seen["works 1"] != 1 || seen["fails 2"]+seen["panics 2"] != 1 {
		t.Errorf("got %v, want each once and what failed a second time", seen)
	}
}
