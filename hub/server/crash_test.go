package server

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

// acknowledged records what the hub has acknowledged for each instance.
type acknowledged struct {
	mu   sync.Mutex
	hits map[int]int // instance → hits
}

func (a *acknowledged) add(n, hits int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hits[n] = hits
}

// The server is killed under load again and again. Whatever it answered with
// 200 must be there afterwards.
func TestKilledUnderLoad(t *testing.T) {
	root := t.TempDir()
	digest, manifest := manifestOf(100)
	have := acknowledged{hits: map[int]int{}}
	const rounds, connections = 3, 16
	for round := range rounds {
		p := startProcess(t, root)
		if a := p.call("PUT", "/api/v1/manifests/"+digest, manifest); a.status != http.StatusOK {
			t.Fatalf("got %d and %s, want 200", a.status, a.body)
		}
		var all sync.WaitGroup
		for c := range connections {
			l := dial(t, p.hub)
			all.Go(func() {
				for n := 1_000_000*round + 10_000*c; ; n++ {
					if status, err := l.post("/api/v1/instances", registrationText(n, digest, 100)); err != nil || status != http.StatusOK {
						return
					}
					have.add(n, 0)
					for from := 0; from < 20; from += 10 {
						ids := []int{}
						for i := range 10 {
							ids = append(ids, 1+(n+from+i)%100)
						}
						if status, err := l.post("/api/v1/instances/"+key(n)+"/points", pushText(from, ids)); err != nil || status != http.StatusOK {
							return
						}
						have.add(n, from+10)
					}
				}
			})
		}
		time.Sleep(time.Second)
		p.kill()
		all.Wait()
	}
	if len(have.hits) < rounds*connections {
		t.Fatalf("only %d instances were acknowledged", len(have.hits))
	}
	t.Logf("%d instances were acknowledged in %d rounds", len(have.hits), rounds)

	p := startProcess(t, root)
	covered := map[string]int{}
	for _, s := range p.services() {
		for _, r := range p.releases(s.ID) {
			var list struct {
				Instances []struct {
					ID      string
					Covered int
				}
			}
			p.get("/api/v1/releases/"+r.ID+"/instances", &list)
			for _, i := range list.Instances {
				covered[i.ID] = i.Covered
			}
		}
	}
	for n, hits := range have.hits {
		got, ok := covered[key(n)]
		if !ok || got < hits {
			t.Errorf("instance %d: got %d points (there: %v), want %d", n, got, ok, hits)
		}
	}
	if err := p.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
}

// A server that is told to stop finishes its requests and then ends.
func TestStopUnderLoad(t *testing.T) {
	p := startProcess(t, t.TempDir())
	l := dial(t, p.hub)
	answers := make(chan int)
	go func() {
		defer close(answers)
		for n := 1; ; n++ {
			status, err := l.post("/api/v1/instances", registrationText(n, "", 0))
			if err != nil {
				return
			}
			answers <- status
		}
	}()
	for range 20 {
		<-answers
	}
	stopped := make(chan error, 1)
	go func() { stopped <- p.stop() }()
	for status := range answers {
		if status != http.StatusOK {
			t.Errorf("got status %d while the server stops, want 200", status)
		}
	}
	if err := <-stopped; err != nil {
		t.Errorf("the server ended with %v, want exit code 0", err)
	}
}
