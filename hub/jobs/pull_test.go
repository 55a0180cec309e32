package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
	"github.com/goat-trace/goat/hub/store/blobs/disk"
	"github.com/goat-trace/goat/hub/store/sqlite"
)

// counted is a puller of instances that count as they are told to.
type counted struct {
	mu   sync.Mutex
	runs map[string][2]int // by instance, the counts of two blocks
	most int               // calls that were made at once
	now  int
}

func (c *counted) Pull(_ context.Context, i fleet.Instance) ([]byte, error) {
	c.mu.Lock()
	c.now++
	c.most = max(c.most, c.now)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.now--
		c.mu.Unlock()
	}()
	time.Sleep(time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	runs, ok := c.runs[i.ID]
	if !ok {
		return nil, errors.New("it does not answer")
	}
	return fmt.Appendf(nil, "mode: count\nm/a.go:1.1,2.2 1 %d\nm/a.go:3.1,4.2 1 %d\n", runs[0], runs[1]), nil
}

func (c *counted) set(id string, first, second int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.runs[id] = [2]int{first, second}
}

// pulling is a fleet whose services are pulled.
type pulling struct {
	*fleet.Fleet
	t      *testing.T
	store  *sqlite.Store
	puller *counted
	pull   jobs.Handler
}

func startPulling(t *testing.T) *pulling {
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "sqlite.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	blobs, err := disk.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	puller := &counted{runs: map[string][2]int{}}
	f := fleet.New(fleet.Options{Store: store, Blobs: blobs, Pullers: map[fleet.Agent]fleet.Puller{fleet.AgentGocV1: puller}, Schedule: jobs.SchedulePull(store)})
	return &pulling{f, t, store, puller, jobs.Pull(f, jobs.PullInterval)}
}

// run does the pull that is due and says when the next one is. It is then due at once,
// as if that time had gone by.
func (p *pulling) run() time.Duration {
	p.t.Helper()
	j, err := p.store.Claim(p.t.Context(), []string{jobs.KindPull}, time.Minute)
	if err != nil || j == nil {
		p.t.Fatalf("got %v and %v, want a pull that is due", j, err)
	}
	o, err := p.pull(p.t.Context(), j)
	if err != nil {
		p.t.Fatal(err)
	}
	next := o.Again
	o.Again = -time.Second
	if err := p.store.Finish(p.t.Context(), j, o); err != nil {
		p.t.Fatal(err)
	}
	return next
}

// While no other blocks run, pulls become rare. A block that runs, a registration and
// somebody who asks begin anew; counts alone do not.
func TestPullBacksOff(t *testing.T) {
	p := startPulling(t)
	target, err := p.AddTarget(t.Context(), "staging_th_apa_shop_master_1234567", "http://127.0.0.1:1", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	service := fleet.Labels{Env: "staging", Region: "th", AppType: "apa", App: "shop"}.ServiceID()
	ask := func() {
		t.Helper()
		if err := p.store.Schedule(t.Context(), jobs.KindPull, service, "", -time.Second); err != nil {
			t.Fatal(err)
		}
	}
	p.puller.set(target.Instance, 1, 0)
	ask()
	check := func(what string, want time.Duration) {
		t.Helper()
		if got := p.run(); got > want || got < want*8/10 {
			t.Errorf("%s: got the next pull after %v, want %v, less up to a fifth", what, got, want)
		}
	}
	check("first", 20*time.Minute)
	check("nothing new", time.Hour)
	p.puller.set(target.Instance, 100, 0)
	check("counts alone", 2*time.Hour)
	check("nothing new", 4*time.Hour)
	check("nothing new", 4*time.Hour)
	p.puller.set(target.Instance, 100, 1)
	check("another block", 20*time.Minute)
	check("nothing new", time.Hour)
	check("nothing new", 2*time.Hour)
	ask()
	check("asked for", 20*time.Minute)
	p.puller.mu.Lock()
	delete(p.puller.runs, target.Instance)
	p.puller.mu.Unlock()
	check("does not answer", time.Hour)
	if err := p.RemoveTargets(t.Context(), []fleet.Target{target}); err != nil {
		t.Fatal(err)
	}
	if got := p.run(); got != 0 {
		t.Errorf("without an instance: got the next pull after %v, want none", got)
	}
}

// The pulls of many services do not come together, and stay where they are from one time
// to the next but for a tenth.
func TestPullSplay(t *testing.T) {
	p := startPulling(t)
	const services = 50
	for n := range services {
		target, err := p.AddTarget(t.Context(), fmt.Sprintf("staging_th_apa_shop%d_master_1234567", n), "http://127.0.0.1:1", "127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		p.puller.set(target.Instance, 1, 0)
		labels := fleet.Labels{Env: "staging", Region: "th", AppType: "apa", App: fmt.Sprint("shop", n)}
		if err := p.store.Schedule(t.Context(), jobs.KindPull, labels.ServiceID(), "", -time.Second); err != nil {
			t.Fatal(err)
		}
	}
	minutes := map[int]int{}
	for range services {
		j, err := p.store.Claim(t.Context(), []string{jobs.KindPull}, time.Minute)
		if err != nil || j == nil {
			t.Fatalf("got %v and %v, want a pull that is due", j, err)
		}
		o, err := p.pull(t.Context(), j)
		if err != nil {
			t.Fatal(err)
		}
		minutes[int(o.Again.Seconds())/15]++
		if err := p.store.Finish(t.Context(), j, o); err != nil {
			t.Fatal(err)
		}
	}
	for quarter, n := range minutes {
		if n > services/2 {
			t.Errorf("%d of %d pulls come within the same quarter of a minute, %d", n, services, quarter)
		}
	}
}

// Of one service's instances many are pulled at once, but not all.
func TestPullAtOnce(t *testing.T) {
	p := startPulling(t)
	const instances = 100
	for n := range instances {
		target, err := p.AddTarget(t.Context(), "staging_th_apa_shop_master_1234567", fmt.Sprintf("http://127.0.0.1:%d", n+1), "127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		p.puller.set(target.Instance, 1, 0)
	}
	r, err := p.Refresh(t.Context(), fleet.Labels{Env: "staging", Region: "th", AppType: "apa", App: "shop"}.ServiceID())
	if err != nil || r.Pulled != instances {
		t.Fatalf("got %+v and %v, want %d pulled", r, err, instances)
	}
	if p.puller.most < 2 || p.puller.most > 32 {
		t.Errorf("got %d at once, want several and 32 at most", p.puller.most)
	}
}
