package rt

import (
	"sync/atomic"
	"time"
)

// ObserveInterval is how often the observer looks at the points that have not
// been hit, and so how late FirstHit and OnFirstHit may be.
const ObserveInterval = time.Second

// hit is an entry in the order of first hits.
type hit struct {
	pkg   *decoded
	index int
	at    time.Duration // when it was seen, after began; negative where that says nothing
}

// began is what ages are counted from, by the monotonic clock.
var began = time.Now()

// observers is guarded by state.mu.
var observers struct {
	running bool
	subs    []*subscriber
}

type subscriber struct {
	f    func(Point)
	next int // index in state.hits of the first one not told
}

// observerWanted says that points registered later are to be observed too.
var observerWanted atomic.Bool

// OnFirstHit has f called once for each point that has been hit, those hit
// before included, in the order in which the hits are seen. The calls come one
// after another from a goroutine of this package, up to ObserveInterval after
// the hit; the code that was hit never waits. A panic in f is the
// application's own. f may call this package.
//
// While points remain that have not been hit, the goroutine wakes once per
// ObserveInterval and reads the counters of those (100 µs for 100,000). As
// with any timer, the Go runtime then does not report a deadlock of all
// goroutines.
func OnFirstHit(f func(Point)) {
	if f == nil {
		return
	}
	state.mu.Lock()
	observers.subs = append(observers.subs, &subscriber{f: f})
	state.mu.Unlock()
	Observe()
}

// Observe starts the observer, which notes when points are first hit. It stops
// by itself when every point has been. rt/serve calls it.
func Observe() {
	observerWanted.Store(true)
	startObserver()
}

// startObserver makes sure that an observer runs. It takes no lock that a
// reader may hold for long: register calls it.
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

// observe notes which points have been hit since it last looked and returns
// how many have not. state.mu must be held.
func observe(c *catalog) (left int) {
	now, at := int64(0), time.Duration(-1)
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

// pendingCalls takes what the subscribers have not been told. state.mu must be
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
