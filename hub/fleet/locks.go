package fleet

import "sync"

// locks lets only one goroutine of this replica at a time write an instance's
// blocks.
type locks struct {
	mu   sync.Mutex
	held map[string]*held
}

type held struct {
	mu    sync.Mutex
	users int
}

func newLocks() *locks { return &locks{held: map[string]*held{}} }

func (l *locks) lock(id string) {
	l.mu.Lock()
	h := l.held[id]
	if h == nil {
		h = &held{}
		l.held[id] = h
	}
	h.users++
	l.mu.Unlock()
	h.mu.Lock()
}

func (l *locks) unlock(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.held[id]
	h.mu.Unlock()
	if h.users--; h.users == 0 {
		delete(l.held, id)
	}
}
