package review

import (
	"context"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// watchEvery is how often a release that somebody looks at is asked for changes.
const watchEvery = 2 * time.Second

// mostWatching is how many readers may watch at once.
const mostWatching = 1000

// Watch returns a channel that gets a value after each change of a release, and is
// closed when the hub ends. cancel ends it. All readers of a release share one
// question to the store.
func (r *Reviews) Watch(release string) (changes <-chan struct{}, cancel func(), err error) {
	r.watching.Lock()
	defer r.watching.Unlock()
	if *r.readers >= mostWatching {
		return nil, nil, fleet.Errorf(fleet.Busy, "%d readers watch releases already; this page is still right when it is loaded again", mostWatching)
	}
	w := r.byID[release]
	if w == nil {
		ctx, stop := context.WithCancel(r.ctx)
		w = &watch{listeners: map[chan struct{}]bool{}, stop: stop}
		r.byID[release] = w
		r.all.Go(func() { r.follow(ctx, release, w) })
	}
	c := make(chan struct{}, 1)
	w.listeners[c] = true
	*r.readers++
	return c, func() {
		r.watching.Lock()
		defer r.watching.Unlock()
		if !w.listeners[c] {
			return
		}
		delete(w.listeners, c)
		*r.readers--
		if len(w.listeners) == 0 && r.byID[release] == w {
			delete(r.byID, release)
			w.stop()
		}
	}, nil
}

// follow tells the listeners about changes until nobody listens.
func (r *Reviews) follow(ctx context.Context, release string, w *watch) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	seen, known := r.state(ctx, release)
	for {
		select {
		case <-ctx.Done():
			r.watching.Lock()
			defer r.watching.Unlock()
			if r.watches.ctx.Err() != nil {
				for c := range w.listeners {
					close(c)
				}
				w.listeners = map[chan struct{}]bool{}
			}
			return
		case <-tick.C:
		}
		now, ok := r.state(ctx, release)
		if !ok || known && now == seen {
			continue
		}
		changed := known
		seen, known = now, true
		if changed {
			r.tell(w)
		}
	}
}

func (r *Reviews) tell(w *watch) {
	r.watching.Lock()
	defer r.watching.Unlock()
	for c := range w.listeners {
		select {
		case c <- struct{}{}:
		default: // it has not looked since the last time
		}
	}
}

// watched is what readers are told about: what ran, and whether the source has been
// read.
type watched struct {
	key     uint64
	shown   uint64 // key of the review that readers get
	reading bool
}

func (r *Reviews) state(ctx context.Context, release string) (watched, bool) {
	key, err := r.key(ctx, release)
	if err != nil {
		return watched{}, false
	}
	s := watched{key: key}
	if v := r.entry(release).review.Load(); v != nil {
		if s.shown = v.key; v.key != key {
			_, _ = r.Get(ctx, release) // begins to make the next one
		}
		s.reading = v.wanted.commit != "" && r.facts.isReading(v.wanted)
	}
	return s, true
}

func (l *library) isReading(w wanted) bool {
	l.mu.Lock()
	t := l.known[w]
	l.mu.Unlock()
	if t == nil {
		return false
	}
	select {
	case <-t.done:
		return false
	default:
		return true
	}
}
