package fleet

import (
	"sync"
	"time"
)

// presence remembers the instances that recently reported to this replica, so
// that most heartbeats need no database. Its data may be outdated if the
// instance reported to another replica since; then the instance sends a few
// hits twice.
type presence struct {
	mu      sync.Mutex
	present map[string]present
	swept   time.Time
}

// present holds what is needed to answer a heartbeat.
type present struct {
	acked int
	renew time.Time // when the lease must be written again
}

func newPresence() *presence { return &presence{present: map[string]present{}} }

// heard reports whether a heartbeat at hit from needs no write.
func (p *presence) heard(id string, from int, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i, ok := p.present[id]
	return ok && i.acked == from && now.Before(i.renew)
}

// written remembers what was written for an instance whose lease begins now.
// The lease is written again when half of it has passed.
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

// forget makes sure that the instance's next report goes to the store.
func (p *presence) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.present, id)
}
