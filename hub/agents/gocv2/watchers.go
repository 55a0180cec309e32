package gocv2

import (
	"sync"

	"github.com/coder/websocket"

	"github.com/goat-trace/goat/hub/fleet"
)

// mostWatchers is how many clients may watch at once at this replica.
const mostWatchers = 64

// sources are the connections of agents that are watched.
type sources struct {
	mu     sync.Mutex
	all    map[*websocket.Conn]bool
	closed bool
}

func (s *sources) add(conn *websocket.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.all[conn] = true
	}
	return !s.closed
}

func (s *sources) remove(conn *websocket.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, conn)
}

func (s *sources) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for conn := range s.all {
		conn.CloseNow()
	}
}

// watchers are the clients that watch.
type watchers struct {
	mu     sync.Mutex
	all    map[*watcher]bool
	closed bool
}

type watcher struct {
	sees  func(fleet.Labels) bool
	lines chan string
	conn  *websocket.Conn
}

// tell hands a line to the watchers that may see it. A slow watcher misses some
// lines.
func (w *watchers) tell(a *fleet.GocAgent, line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for one := range w.all {
		if !one.sees(fleet.LabelsOfGocAgent(a)) {
			continue
		}
		select {
		case one.lines <- line:
		default:
		}
	}
}

func (w *watchers) add(one *watcher) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || len(w.all) >= mostWatchers {
		return false
	}
	w.all[one] = true
	return true
}

func (w *watchers) remove(one *watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.all, one)
}

func (w *watchers) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for one := range w.all {
		one.conn.CloseNow()
	}
}
