package server

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// The server is killed while recorders send segments, again and again. Each segment
// that it acknowledged is there afterwards with its bytes, and what it did not
// acknowledge can be sent again.
func TestKilledWhileRecording(t *testing.T) {
	root := t.TempDir()
	r := newRecordedRun(t, 1)
	const rounds, senders, atLeast = 3, 4, 20
	var mu sync.Mutex
	acked := map[[2]uint64]bool{}
	segment := func(trace, n uint64) []byte { return r.segment(trace, n, 200, fmt.Sprint("value ", trace, " ", n)) }
	for range rounds {
		p := startProcess(t, root)
		p.send(r)
		var all sync.WaitGroup
		enough := make(chan struct{}, 1_000_000)
		for trace := uint64(1); trace <= senders; trace++ {
			all.Go(func() {
				client := &http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				for n := uint64(1); ; n++ {
					mu.Lock()
					known := acked[[2]uint64{trace, n}]
					mu.Unlock()
					if known {
						continue
					}
					request, err := http.NewRequest(http.MethodPut, fmt.Sprintf("%s/api/v1/runs/%s/segments/%d/%d", p.URL(), r.id, trace, n), bytes.NewReader(segment(trace, n)))
					if err != nil {
						t.Error(err)
						return
					}
					resp, err := client.Do(request)
					if err != nil {
						return // killed
					}
					resp.Body.Close()
					if resp.StatusCode != http.StatusOK {
						t.Errorf("segment %d of trace %d: got %s, want 200", n, trace, resp.Status)
						return
					}
					mu.Lock()
					acked[[2]uint64{trace, n}] = true
					mu.Unlock()
					enough <- struct{}{}
				}
			})
		}
		for range atLeast {
			<-enough
		}
		p.kill()
		all.Wait()
	}
	p := startProcess(t, root)
	for at := range acked {
		if a := p.call("GET", fmt.Sprintf("/api/v1/runs/%s/segments/%d/%d", r.id, at[0], at[1]), nil); a.body != string(segment(at[0], at[1])) {
			t.Errorf("segment %d of trace %d: got %d and %d bytes, want those that were acknowledged", at[1], at[0], a.status, len(a.body))
		}
	}
	t.Logf("%d segments were acknowledged in %d rounds", len(acked), rounds)
	if err := p.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
}
