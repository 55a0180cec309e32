package fleet

import (
	"sync"
	"time"
)

// refreshAnew is within what time a service is not asked for twice.
const refreshAnew = 5 * time.Second

// recent remembers what has happened lately.
type recent struct {
	mu    sync.Mutex
	since map[string]time.Time
}

func newRecent() *recent { return &recent{since: map[string]time.Time{}} }

// first says whether a thing has not happened within refreshAnew.
func (r *recent) first(what string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.since[what]) < refreshAnew {
		return false
	}
	if len(r.since) > 10_000 {
		clear(r.since)
	}
	r.since[what] = now
	return true
}
