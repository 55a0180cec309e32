package rt

import (
	"math"
	"sync/atomic"
	"time"
)

// ObserveInterval is how often the observer checks the points that were not hit
// yet. FirstHit and OnFirstHit may be late by that much.
const ObserveInterval = time.Second

// hit is an entry in the list of first hits.
type hit struct {
	pkg   *decoded
	index int
	at    time.Duration // when it was seen, after began; noTime where that says nothing
}

const noTime = math.MinInt64

// began is what ages are counted from, by the monotonic clock.
var began = time.Now()

// state.mu guards observers.
var observers struct {
	running bool
	subs    []*subscriber
}

type subscriber struct {
	f    func(Point)
	next int // index in state.hits of the first hit that f was not told
}

// observerWanted says that points which are registered later are observed too.
var observerWanted atomic.Bool

// OnFirstHit has f called once for each point that was hit, including earlier
// hits, in the order in which the observer sees them. The calls come one after
// another from a goroutine of this package, up to ObserveInterval after the
// hit. The code that was hit never waits. A panic in f is not recovered. f may
// call this package.
//
// While some points were not hit, the goroutine wakes once per ObserveInterval
// and reads their counters (100 µs for 100,000). As with any timer, the Go
// runtime then does not report a deadlock of all goroutines.
func OnFirstHit(f func(Point)) {
	if f == nil {
		return
	}
	state.mu.Lock()
	observers.subs = append(observers.subs, &subscriber{f: f})
	state.mu.Unlock()
	Observe()
}

// Observe starts the observer, which records when points are first hit. The
// observer ends when every point was hit. rt/serve calls Observe.
func Observe() {
	observerWanted.Store(true)
	startObserver()
}

// startObserver makes sure that an observer runs. register calls it, so it
// takes no lock that a reader may hold for long.
func startObserver() {
	go func() {
		state.mu.Lock()
		already := observers.running
		observers.running = true
		state.timed = true
		state.mu.Unlock()
		if !already {
			observeUntilAllHit()
		}
	}()
}

func observeUntilAllHit() {
	for {
		state.mu.Lock()
		c := currentCatalog()
		left := observe(c)
		calls := pendingCalls(c)
		if left == 0 && len(calls) == 0 {
			observers.running = false
			state.mu.Unlock()
			return
		}
		state.mu.Unlock()

		for _, call := range calls {
			call.f(call.point)
		}
		if len(calls) == 0 {
			time.Sleep(ObserveInterval)
		}
	}
}

// observe records which points were hit since its last call and returns how
// many were not. state.mu must be held.
func observe(c *catalog) (left int) {
	now, at := int64(0), time.Duration(noTime)
	if state.timed {
		now, at = time.Now().UnixNano(), time.Since(began)
	}
	for _, p := range c.packages {
		pending := p.pending[:0]
		for _, i := range p.pending {
			if p.load(int(i)) == 0 {
				pending = append(pending, i)
				continue
			}
			p.firstHit[i] = now
			state.hits = append(state.hits, hit{p.decoded, int(i), at})
		}
		p.pending = pending
		left += len(pending)
	}
	return left
}

type call struct {
	f     func(Point)
	point Point
}

// pendingCalls returns what the subscribers were not told yet. state.mu must be
// held.
func pendingCalls(c *catalog) []call {
	var calls []call
	places := map[*decoded]placed{}
	for _, sub := range observers.subs {
		for _, h := range state.hits[sub.next:] {
			if len(places) == 0 {
				for _, p := range c.packages {
					places[p.decoded] = p
				}
			}
			p := places[h.pkg]
			calls = append(calls, call{sub.f, p.point(h.index, c.count(p, h.index), p.firstHit[h.index])})
		}
		sub.next = len(state.hits)
	}
	return calls
}
