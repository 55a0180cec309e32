package fleet

import (
	"sync"
	"time"
)

// presence remembers instances that this replica has heard of, so that most
// heartbeats need no database. What it remembers may be old where another replica
// has heard of the instance since: then the instance sends a few hits twice.
type presence struct {
	mu      sync.Mutex
	present map[string]present
	swept   time.Time
}

// present is what a heartbeat is answered with.
type present struct {
	acked int
	renew time.Time // when the lease has to be written anew
}

func newPresence() *presence { return &presence{present: map[string]present{}} }

// heard says whether a heartbeat at hit from needs no write.
func (p *presence) heard(id string, from int, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i, ok := p.present[id]
	return ok && i.acked == from && now.Before(i.renew)
}

// written remembers what was written of an instance, with a lease from now on. It
// is written anew when half of it is spent.
func (p *presence) written(id string, acked int, now time.Time, lease time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.present[id] = present{acked, now.Add(lease / 2)}
	if now.Sub(p.swept) > lease {
		p.swept = now
		for id, i := range p.present {
			if now.Sub(i.renew) > lease {
				delete(p.present, id)
			}
		}
	}
}

// forget has the instance's next word go to the store.
func (p *presence) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.present, id)
}
