package fleet

import (
	"sync"
	"time"
)

// refreshAnew is how long a service's refresh is not requested again.
const refreshAnew = 5 * time.Second

// recent remembers what happened lately.
type recent struct {
	mu    sync.Mutex
	since map[string]time.Time
}

func newRecent() *recent { return &recent{since: map[string]time.Time{}} }

// first reports whether a thing has not happened within refreshAnew.
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
